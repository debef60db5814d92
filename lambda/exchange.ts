/**
 * One HTTP request and its answer, by Node's own client on connections that are kept open: `fetch` would add 25 ms of
 * processor time to the function's first request.
 */
import http from "node:http";
import https from "node:https";
import { parseJson } from "./json.ts";
import { limits } from "./limits.ts";

/** The body is parsed; undefined where it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: unknown;
}

export interface Call {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** JSON. */
  readonly body: string | undefined;
  readonly timeoutMs: number;
  /** Beside those that all requests carry. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request on a kept or a new connection: its answer, `stale` where a kept connection was closed, or undefined. */
export type Exchange = (call: Call) => Promise<Answer | "stale" | undefined>;

/** Where requests go, and what all of them carry. */
export interface Address {
  readonly isTls: boolean;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Make an exchange for all hosts behind one port. */
export function createExchange({ isTls, port, headers: common }: Address): Exchange {
  const { request, Agent } = isTls ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: limits.connections, scheduling: "lifo" });
  return ({ host, method, path, body, timeoutMs, headers: own }) =>
    new Promise((resolve) => {
      let answered = false;
      let late = false;
      const headers = { ...common, ...contentOf(body), ...own };
      const sent = request({ agent, host, port, method, path, headers }, (response) => {
        answered = true;
        read(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parseJson(text) }),
          () => resolve(undefined),
        );
      });
      const timer = setTimeout(() => {
        late = true;
        sent.destroy();
      }, timeoutMs);
      sent.on("close", () => {
        clearTimeout(timer);
        if (!answered) resolve(sent.reusedSocket && !late ? "stale" : undefined);
      });
      // whatever it was: there is no answer, and an error's text may hold what was sent
      sent.on("error", () => undefined);
      sent.end(body);
    });
}

/** A kept connection that was closed meanwhile is no failure: a new one is tried. */
export async function exchanged(send: Exchange, call: Call): Promise<Answer | undefined> {
  const first = await send(call);
  const answer = first === "stale" ? await send(call) : first;
  return answer === "stale" ? undefined : answer;
}

/** What a request says of its body. */
export const contentOf = (body: string | undefined): Readonly<Record<string, string>> =>
  body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };

/** The body as text; fails when it is cut off or larger than `limits.answerBytes`. */
function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.answerBytes) response.destroy(new Error("the answer is too large"));
      else chunks.push(chunk);
    });
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.on("error", reject);
    // says nothing more after the end
    response.on("close", () => reject(new Error("the answer was cut off")));
  });
}
