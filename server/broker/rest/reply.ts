/** Replies: how an answer or an error is written. */
import type { ErrorInfo } from "../errors.ts";
import { encode, type Format } from "../wire/codec.ts";

/** What a route answers with. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Some answers are JSON whatever was asked for. */
  readonly format?: Format;
}

/** An answer as it goes out. */
interface Written {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | string[]>>;
  readonly body: Buffer;
}

/** Writes an answer. The content type has no charset: with one the SDK would not read the errors. */
export function written(reply: Reply, format: Format): Written {
  const used = reply.format ?? format;
  const body = encode(used, reply.body);
  const headers = {
    "Content-Type": used === "json" ? "application/json" : "application/x-msgpack",
    "Content-Length": body.length,
    ...reply.headers,
  };
  return { status: reply.status, headers, body };
}

/** An error as every client can read it: in the body, and in headers for browsers. */
export function errorReply(error: ErrorInfo): Reply {
  return {
    status: error.statusCode,
    body: { error },
    headers: {
      "X-Ably-Errorcode": String(error.code),
      "X-Ably-Errormessage": error.message.replace(/[^\x20-\x7e]/g, "?"),
    },
  };
}
