/** What the queue shows, and what can be done there. */
import type { Scene } from "../desk.ts";
import type { Person } from "../people/person.ts";
import type { Applied, Case, Kind, Outcome } from "../wire.ts";

/** What is known about one case beyond the case. */
export interface Details {
  readonly case: Case;
  /** What applied, as the policy says today. */
  readonly rules: readonly Applied[];
  /** What was said around it, and itself. */
  readonly context: readonly Said[];
}

export interface Said {
  readonly author: string;
  readonly text: string;
  readonly at: string;
  readonly isSubject?: boolean;
}

export interface QueueState {
  readonly show: "open" | "closed";
  readonly kind: Kind | null;
  readonly cases: readonly Case[];
  readonly next: string | null;
  readonly isLoading: boolean;
  readonly selected: string | null;
  /** On a narrow screen the case takes the place of the list. */
  readonly isCaseOpen: boolean;
  readonly details: Details | null;
  readonly person: Person | null;
  readonly reason: string;
  /** A decision about the selected case is on its way. */
  readonly isDeciding: boolean;
  readonly problem: string | null;
}

export interface QueueActions {
  show(show: QueueState["show"], kind: Kind | null): void;
  select(id: string): void;
  back(): void;
  older(): void;
  reason(text: string): void;
  decide(outcome: Outcome): void;
  mute(): void;
}

export type QueueScene = Scene<QueueState, QueueActions>;
