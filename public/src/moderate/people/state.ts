/** What the people view shows, and what can be done there. */
import type { Scene } from "../desk.ts";
import type { Sanction } from "../wire.ts";
import type { Person } from "./person.ts";

export type Sanctioned = Sanction & { readonly person: string };

export interface PeopleState {
  /** The person that is looked at; empty for none. */
  readonly about: string;
  readonly person: Person | null;
  /** Client ids of people whose messages were decided about lately, newest first. */
  readonly seen: readonly string[];
  readonly sanctioned: readonly Sanctioned[];
  readonly draft: SanctionDraft;
  readonly isBusy: boolean;
  readonly problem: string | null;
}

/** What a moderator is about to do to a person. */
export interface SanctionDraft {
  readonly kind: "mute" | "ban";
  /** Minutes; null is for good. */
  readonly minutes: number | null;
  readonly reason: string;
}

export interface PeopleActions {
  find(text: string): void;
  draft(change: Partial<SanctionDraft>): void;
  sanction(): void;
  lift(): void;
}

export type PeopleScene = Scene<PeopleState, PeopleActions>;
