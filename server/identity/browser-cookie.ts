/**
 * How our cookies are set. Behind TLS their names begin with `__Host-`, so that the browser takes them from nobody but this
 * very host: not from a sibling domain, nor from another port without TLS. A chat in a frame of another site has cookies of
 * its own, which the browser keeps apart for each site around the frame (`Partitioned`).
 */
import type { CookieOptions, Request } from "express";

/** Where the app keeps the sites that may show the chat in a frame. */
export const EMBED_ORIGINS = "embed origins";

/** Does the page in a frame ask? It says so in each address; that alone gives nobody anything. */
export function isEmbedded(request: Request): boolean {
  const origins: unknown = request.app.get(EMBED_ORIGINS);
  return request.query.embed === "" && Array.isArray(origins) && origins.length > 0;
}

/** The name of a cookie for whoever asks: `asterism_<part>`. */
export function cookieName(part: string, request: Request): string {
  const name = isEmbedded(request) ? `asterism_embedded_${part}` : `asterism_${part}`;
  return request.secure ? `__Host-${name}` : name;
}

/** The attributes of a cookie for whoever asks. */
export function cookieOptions(request: Request): CookieOptions {
  const whole: CookieOptions = { httpOnly: true, path: "/" };
  return isEmbedded(request)
    ? { ...whole, sameSite: "none", secure: true, partitioned: true }
    : { ...whole, sameSite: "lax", secure: request.secure };
}
