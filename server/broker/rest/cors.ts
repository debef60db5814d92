/**
 * CORS: which pages may read the answers. Whoever brings a key or a token may ask, whatever page it is on, but what a
 * browser adds by itself (cookies, remembered passwords) counts for trusted pages alone.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Whether a page may send credentials of the browser. The SDK asks for that with each REST request that carries a token,
 * so the pages of other origins that use it must be trusted.
 */
export type TrustsOrigin = (origin: string) => boolean;

/** Trusts the pages of this machine: for a broker that stands beside a server on another port. */
export const isLoopbackOrigin: TrustsOrigin = (origin) =>
  /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);

/** Writes the headers that the page's browser looks for. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, trusts: TrustsOrigin): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader("Vary", "Origin");
  if (trusts(origin)) {
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Access-Control-Allow-Credentials", "true");
  } else response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Expose-Headers", "link,x-ably-errorcode,x-ably-errormessage");
  if (request.method !== "OPTIONS") return;
  response.setHeader("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE");
  response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
  response.setHeader("Access-Control-Max-Age", "600");
}

const ALLOWED_HEADERS = "authorization,content-type,accept,x-ably-version,ably-agent,x-ably-clientid,x-ably-lib";
