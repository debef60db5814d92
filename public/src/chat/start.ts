/** What the server handed out with the document, and what was asked for with it while the page's script was on its way. */
import { originOf } from "../common/ably-host.ts";
import { EARLY_MS, FRESH_MS, JOIN_MESSAGES } from "./limits.ts";
import type { Early, SignedToken, Start } from "./server-api.ts";

/** Takes what came with the document out of it, and asks for the newest messages. */
export function begin(root: ParentNode, age: number, request: typeof fetch): Early {
  const start = takeStart(root, age);
  return { start, recent: start?.token ? askRecent(start.settings, start.token, request) : Promise.resolve(null) };
}

/**
 * Reads what came with the document; `age` is how long ago the document was asked for (ms). Null when there is none.
 */
function takeStart(root: ParentNode, age: number): Start | null {
  const place = root.querySelector("#start");
  const text = place?.textContent ?? "";
  place?.remove();
  if (text === "") return null;
  const start: Start = JSON.parse(text);
  return age < FRESH_MS ? start : { ...start, token: null };
}

/**
 * The SDK is not here yet. It would also ask again and again, without a pause, when Ably does not take the token; this asks
 * once, and the socket finds a token that Ably takes.
 */
async function askRecent(
  { channels, ...host }: Start["settings"],
  { token }: SignedToken,
  request: typeof fetch,
): Promise<readonly object[] | null> {
  try {
    const address = `${originOf(host)}/channels/${encodeURIComponent(channels.outbound)}/messages?limit=${JOIN_MESSAGES}`;
    const response = await request(address, {
      headers: { accept: "application/json", authorization: `Bearer ${btoa(token)}`, "x-ably-version": "6" },
      cache: "no-store",
      signal: AbortSignal.timeout(EARLY_MS),
    });
    const messages: unknown = response.ok ? await response.json() : null;
    return Array.isArray(messages) ? messages : null;
  } catch {
    return null; // they are read when the room is joined
  }
}
