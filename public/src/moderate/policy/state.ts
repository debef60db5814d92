/** What the policy view shows, and what can be done there. */

import type { PolicyProblem } from "../api.ts";
import type { Scene } from "../desk.ts";
import type { Action, Applied } from "../wire.ts";
import type { Choice, Difference } from "./changes.ts";
import type { PolicyDocument, PolicyVersion, SavedPolicy } from "./document.ts";

export const TABS = ["words", "rules", "rooms", "json", "history"] as const;

export type Tab = (typeof TABS)[number];

export interface PolicyState {
  readonly tab: Tab;
  /** What is in force, as the draft knows it; null while it is asked for. */
  readonly base: SavedPolicy | null;
  readonly draft: PolicyDocument;
  /** What somebody writes as JSON, as long as it is not valid. */
  readonly json: string | null;
  readonly problems: readonly PolicyProblem[];
  readonly trial: Trial;
  readonly tried: Tried | null;
  /** Somebody is about to save. */
  readonly isSaving: boolean;
  readonly backtest: Backtest | null;
  readonly isTesting: boolean;
  readonly reason: string;
  readonly versions: readonly PolicyVersion[];
  /** A version that is looked at, and the one before it. */
  readonly looked: {
    readonly version: number;
    readonly policy: PolicyDocument;
    readonly before: PolicyDocument;
  } | null;
  /** Somebody else saved while this draft was written. */
  readonly conflict: Conflict | null;
  readonly isBusy: boolean;
  readonly problem: string | null;
}

interface Trial {
  readonly text: string;
  readonly room: string;
}

/** What the draft would do to a text. */
export interface Tried {
  readonly action: Action;
  readonly text: string;
  readonly rules: readonly Applied[];
}

/** What the draft would have done to the last messages. */
export interface Backtest {
  readonly messages: number;
  readonly changes: readonly BacktestChange[];
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

interface BacktestChange {
  readonly at: string;
  readonly room: string;
  readonly author: string;
  readonly text: string;
  readonly before: Action;
  readonly after: Action;
  readonly result: string;
}

export interface Conflict {
  readonly theirs: SavedPolicy;
  /** Where the two part, and which of them counts there. */
  readonly choices: ReadonlyMap<Difference, Choice>;
}

export interface PolicyActions {
  tab(tab: Tab): void;
  edit(draft: PolicyDocument): void;
  json(text: string): void;
  trial(change: Partial<Trial>): void;
  reset(): void;
  /** Opens what comes before saving, or closes it. */
  saving(isSaving: boolean): void;
  reason(reason: string): void;
  save(): void;
  look(version: number): void;
  /** Makes a version the draft. */
  takeBack(version: number): Promise<void>;
  choose(difference: Difference, choice: Choice): void;
  /** Ends a conflict with what was chosen as the draft. */
  resolve(): void;
}

/** The state as the views get it. */
type Shown = PolicyState & { readonly isChanged: boolean };

export type PolicyScene = Scene<Shown, PolicyActions>;
