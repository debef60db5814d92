/**
 * What visitors are refused over HTTP: by code the status, and the sentence for programs and for whoever reads English. The
 * page's language files say the same by code.
 */

export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** When it may be asked again, in ISO 8601, where that is known. */
  readonly until?: string;
  /** What a moderator said about it. */
  readonly reason?: string;
}

const REFUSALS = {
  bad_request: [400, "The request cannot be read."],
  invalid_room: [400, "A room name has 1 to 40 letters a-z, digits and hyphens."],
  room_refused: [400, "The name of this room contains a word that is not allowed here; use another room."],
  cross_site: [403, "This address answers only pages of its own site."],
  unknown_visitor: [403, "Open the chat first."],
  sign_in_required: [401, "Sign in to chat: open the page again."],
  sign_in_expired: [400, "This sign-in was not begun in this browser, or too long ago; sign in again."],
  sign_in_failed: [400, "The sign-in did not succeed; try again."],
  provider_unavailable: [503, "The sign-in service cannot be reached; try again."],
  moderators_only: [403, "This account does not moderate here, or its e-mail address is not verified."],
  too_many_requests: [429, "That was often; try again in a minute."],
  "store-unavailable": [503, "The store cannot be reached; try again."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type RefusalCode = keyof typeof REFUSALS;

export const REFUSAL_CODES = Object.keys(REFUSALS) as RefusalCode[];

/** The status and the refusal of a code. */
export function refusal(code: RefusalCode): [status: number, Refusal] {
  const [status, message] = REFUSALS[code];
  return [status, { code, message }];
}
