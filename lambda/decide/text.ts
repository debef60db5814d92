/** The text of a message, out of the `data` that a client sent: a string, or an object with a string `text`. */
import { withoutReordering } from "../policy/reordering.ts";
import { decode } from "../receive/decode.ts";
import type { WireMessage } from "../receive/entry.ts";
import type { Reason } from "./reasons.ts";

/** Has it nothing but blanks and characters that leave no trace on a screen? The last one is the empty pattern of Braille. */
const isNothing = (text: string): boolean => !/[!-~]/.test(text) && /^[\s\p{DI}\p{Cc}\u2800]*$/u.test(text);

export type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: Reason };

/** Read a message's text, without what reorders it; `most` is the number of characters it may have. */
export function readText(message: WireMessage, most: number): Text {
  const decoded = decode(message.data, message.encoding);
  if (!decoded.ok) return { ok: false, reason: "undecodable" };
  const written = textIn(decoded.data);
  if (written === undefined) return { ok: false, reason: "not-text" };
  const text = withoutReordering(written);
  if (isNothing(text)) return { ok: false, reason: "empty" };
  if (isLongerThan(text, most)) return { ok: false, reason: "too-long" };
  return { ok: true, text };
}

function textIn(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null || !("text" in data)) return undefined;
  return typeof data.text === "string" ? data.text : undefined;
}

/** In code points, and without counting further than needed. */
function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (const _ of text) count += 1;
  return count > most;
}
