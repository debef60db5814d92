/** What the server handed out with the document, taken out of it. */
import type { Start } from "./server-api.ts";

/** A token request is good for a few minutes; a page that lay about for longer asks for another. */
const FRESH_MS = 30_000;

/**
 * Reads what came with the document; `age` is how long ago the document was asked for (ms). Null when there is none.
 */
export function takeStart(root: ParentNode, age: number): Start | null {
  const place = root.querySelector("#start");
  const text = place?.textContent ?? "";
  place?.remove();
  if (text === "") return null;
  const start: Start = JSON.parse(text);
  return age < FRESH_MS ? start : { ...start, token: null };
}
