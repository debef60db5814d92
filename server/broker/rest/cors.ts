/** CORS: lets pages of other origins read the answers. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** Lets pages of other origins read the answers, as Ably does: what counts is the credentials, not the origin. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Vary", "Origin");
  response.setHeader("Access-Control-Allow-Credentials", "true");
  response.setHeader("Access-Control-Expose-Headers", "link,x-ably-errorcode,x-ably-errormessage");
  if (request.method !== "OPTIONS") return;
  response.setHeader("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE");
  response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
  response.setHeader("Access-Control-Max-Age", "600");
}

const ALLOWED_HEADERS = "authorization,content-type,accept,x-ably-version,ably-agent,x-ably-clientid,x-ably-lib";
