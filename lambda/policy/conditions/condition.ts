/** What every condition of a rule is: a look at one message. Linear in its text, and without a memory of its own. */

import type { WordHit } from "../lists.ts";
import type { Said } from "../recent-messages.ts";
import type { Action } from "../schema.ts";

/** What a condition may look at. */
export interface Subject {
  readonly text: string;
  /** When it was written, ms. */
  readonly at: number;
  /** What its author wrote lately, this message not included. */
  readonly recent: readonly Said[];
  /** May not be slowed down. */
  readonly isModerator: boolean;
  /** What these lists find in the text. */
  words(lists: readonly string[]): readonly WordHit[];
  /** What a service said about the text; undefined when it did not answer. */
  scores(service: string): Readonly<Record<string, number>> | undefined;
}

/** A stretch of the text that is to be looked at: half-open UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The entry that it hits and the list that it stands in, when it is a word. */
  readonly word?: string;
  readonly list?: string;
}

/** The condition holds. */
export interface Finding {
  /** Nothing when it holds for the message as a whole. */
  readonly spans: readonly Span[];
  /** Another action than the rule's. */
  readonly action?: Action;
  /** More of why, for moderators. */
  readonly why?: string;
}

export type Condition = (subject: Subject) => Finding | undefined;
