/** What the server tells the desk: the shapes of its answers, and of what comes over `desk:live`. Times are ISO 8601. */

export type Kind = "held" | "flagged" | "reported" | "appealed";
export type Outcome = "approved" | "denied" | "dismissed" | "removed";

/** Something that waits for a moderator, or waited. */
export interface Case {
  readonly id: string;
  readonly kind: Kind;
  readonly state: "open" | "closed";
  readonly room: string;
  /** The client id that Ably verified. */
  readonly author: string;
  readonly person: string;
  /** As it was written. */
  readonly text: string;
  /** As it was, or would be, published. */
  readonly result: string;
  readonly rules: readonly string[];
  readonly at: string;
  readonly reports?: readonly Report[];
  readonly outcome?: Outcome;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly reason?: string;
}

export interface Report {
  readonly person: string;
  readonly reason: string;
  readonly at: string;
}

export interface CasePage {
  /** Newest last. */
  readonly cases: readonly Case[];
  /** Cursor of the page before this one. */
  readonly next: string | null;
}

/** A place in a text, half-open, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The entry of a list that it hits. */
  readonly word?: string;
  /** Disguises that were undone. */
  readonly undone?: readonly string[];
}

/** A rule that applied, and to what. */
export interface Applied {
  readonly name: string;
  readonly action: string;
  readonly why?: string;
  readonly spans: readonly Span[];
}

export type Action = "publish" | "mask" | "block" | "hold" | "flag";

/** A decision that was just made. */
export interface Decision {
  readonly id: string;
  readonly at: string;
  readonly room: string;
  readonly author: string;
  readonly person: string;
  readonly action: Action;
  readonly text: string;
  readonly result: string;
  readonly rules: readonly string[];
  /** Why it was refused. */
  readonly code?: string;
}

export interface AuditEntry {
  readonly at: string;
  readonly by: string;
  readonly did: string;
  readonly subject: string;
  readonly reason: string;
  readonly person?: string;
  readonly room?: string;
  readonly author?: string;
  readonly rules?: readonly string[];
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

/** What a person is under. `until` is null when it is for good. */
export interface Sanction {
  readonly kind: "mute" | "ban";
  readonly until: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}
