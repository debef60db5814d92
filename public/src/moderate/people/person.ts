/** What is known about one person. */
import type { Sanction } from "../wire.ts";

export interface Person {
  readonly person: string;
  /** Newest first. */
  readonly names: readonly string[];
  readonly sanction?: Sanction | null;
  /** The last decisions about the person, newest first. */
  readonly decisions: readonly Deed[];
  /** How often somebody reported the person's messages. */
  readonly reports: number;
}

/** Something that a moderator or a rule did. */
export interface Deed {
  readonly at: string;
  readonly by: string;
  readonly did: string;
  readonly subject: string;
  readonly reason: string;
  readonly room?: string;
  readonly rules?: readonly string[];
}
