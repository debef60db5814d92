/** What each view gets from the desk, and what the desk gets from each view. */
import type { TemplateResult } from "lit-html";
import type { Api } from "./api.ts";
import type { Heard } from "./feed/feed.ts";
import type { Key } from "./keys.ts";
import type { ViewName } from "./views.ts";

export interface Desk {
  readonly api: Api;
  now(): number;
  after(ms: number, task: () => void): () => void;
  /** Draws the desk again, since something looks different now. */
  changed(): void;
  /** Tells a moderator what happened, for the eye and for the ear; perhaps with a way back. */
  say(sentence: string, undo?: () => void): void;
  go(view: ViewName, about?: string): void;
}

/** What a view is drawn from. */
export interface Scene<S, A> {
  readonly state: S;
  readonly actions: A;
  readonly now: number;
}

export interface View {
  /** It is shown from now on; `about` is the rest of its address. */
  open(about: string): void;
  template(): TemplateResult;
  readonly keys: readonly Key[];
  /** Something came over `desk:live`. */
  heard?(heard: Heard): void;
  /** The connection is back, or the store is: look again. */
  refresh?(): void;
  /** A number beside the name of the view. */
  badge?(): string;
}
