/** What a person is under, as the numbered changes that the store's log holds, and as the newest of them says. */

/** One change, with its number in the log. It replaces what the person was under before; a `lift` ends it. */
export interface SanctionChange {
  /** `mute` may not write, `ban` may not enter either; `exempt` is a moderator, whom slow mode and flood rules let be. */
  readonly kind: "mute" | "ban" | "exempt" | "lift";
  readonly person: string;
  /** Until when, ms; for good when absent. */
  readonly until?: number | undefined;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly change: number;
}

export type Sanction = SanctionChange & { readonly kind: "mute" | "ban" };

/** Does it still say something about its person at this moment? */
export const isInForce = ({ kind, until }: SanctionChange, now: number): boolean =>
  kind !== "lift" && (until === undefined || until > now);

/** Is the person muted or banned by it at this moment? */
export const isActive = (change: SanctionChange | undefined, now: number): change is Sanction =>
  change !== undefined && change.kind !== "exempt" && isInForce(change, now);

/** Is the person a moderator by it at this moment? */
export const isExempt = (change: SanctionChange | undefined, now: number): boolean =>
  change?.kind === "exempt" && isInForce(change, now);
