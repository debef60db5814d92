/** Requests: reads path, query, credentials and body. */
import type { IncomingMessage } from "node:http";
import type { App } from "../app/app.ts";
import type { Credentials } from "../auth/authenticator.ts";
import type { Grant } from "../auth/grant.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { decode, type Format } from "../wire/codec.ts";

/** A REST request as the routes see it: decoded path, query and body, and who asks. */
export interface RestRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly format: Format;
  readonly body: unknown;
  readonly version: number;
}

/** A request of somebody who may ask something of an app. */
export interface AppRequest extends RestRequest {
  readonly app: App;
  readonly grant: Grant;
  /** The account on which the limits count the request. */
  readonly account: string | undefined;
}

/** What is known of a request before its body is read. */
export type Head = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Path and query of a request. Some clients send the absolute form, as to a proxy (RFC 9112, section 3.2.2). */
export const targetOf = ({ url = "/" }: Head): string => url.replace(/^https?:\/\/[^/?]*/i, "");

/** Splits and decodes the path; `undefined` when it is not valid percent-encoding. */
export function pathOf(url: string): readonly string[] | undefined {
  try {
    return (url.split("?", 1)[0] ?? "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The format that the caller wants to read. */
export function wantedFormat(request: Head, query: URLSearchParams): Format {
  const format = query.get("format");
  if (format === "json" || format === "msgpack") return format;
  const accept = request.headers.accept ?? "";
  if (accept.includes("application/x-msgpack")) return "msgpack";
  if (accept.includes("application/json")) return "json";
  return request.headers["content-type"]?.startsWith("application/x-msgpack") === true ? "msgpack" : "json";
}

/** Credentials of the Authorization header, or of the query. */
export function credentialsOf(request: Head, query: URLSearchParams): Result<Credentials> {
  const header = request.headers["x-ably-clientid"];
  const clientId = typeof header === "string" ? fromBase64(header) : (query.get("clientId") ?? undefined);
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const token = query.get("access_token") ?? query.get("accessToken") ?? undefined;
    return ok({ key: query.get("key") ?? undefined, token });
  }
  const space = authorization.indexOf(" ");
  const scheme = authorization.slice(0, space).toLowerCase();
  const value = authorization.slice(space + 1).trim();
  if (scheme === "basic") return ok({ key: fromBase64(value), clientId });
  if (scheme === "bearer") return ok({ token: bearerToken(value), clientId });
  return refuse(40101, "unable to authenticate; the scheme is neither Basic nor Bearer");
}

const fromBase64 = (text: string): string => Buffer.from(text, "base64").toString("utf8");

/** The SDK sends the token in base64, other clients send it as it is. Every token has a dot, and base64 has none. */
function bearerToken(value: string): string {
  return value.includes(".") ? value : fromBase64(value);
}

/** Takes the bytes of a body off the network, within bounds. */
export async function takeBytes(request: IncomingMessage, maxBytes: number): Promise<Result<Buffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const isWhole = await new Promise<boolean>((resolve, reject) => {
    // events, because an iterator costs as much as the rest of the request
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxBytes) resolve(false);
      else parts.push(part);
    });
    request.on("end", () => resolve(true));
    request.on("error", reject);
  });
  return isWhole
    ? ok(Buffer.concat(parts, bytes))
    : refuse(40009, `unable to read the body; it exceeds the maximum of ${maxBytes} bytes`);
}

/** Reads a body. */
export function readBody(request: Head, body: Buffer): Result<unknown> {
  if (body.length === 0) return ok(undefined);
  const type = request.headers["content-type"] ?? "application/json";
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return ok(Object.fromEntries(new URLSearchParams(body.toString("utf8"))));
  }
  const decoded = decode(type.startsWith("application/x-msgpack") ? "msgpack" : "json", body);
  if (decoded.ok) return decoded;
  return refuse(40001, "unable to read the body; it is not valid in the format it claims");
}
