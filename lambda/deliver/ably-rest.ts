/**
 * Requests to Ably's REST interface, on connections that are kept open. Node's own client: the SDK's costs seven times the
 * processor time for a request, and twice the function's start. What the SDK does for a request is done here as well:
 * another host after a failure, for ten minutes (https://ably.com/docs/platform/architecture/edge-network).
 */
import http from "node:http";
import https from "node:https";
import type { FunctionConfig } from "../config.ts";
import { parseJson } from "../json.ts";
import { limits } from "../limits.ts";
import { createHosts } from "./fallback-hosts.ts";

/** Ably's answer. The body is parsed; undefined where it is no JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: unknown;
}

export interface AblyRest {
  /** Ask; undefined when no whole answer came within about `timeoutMs`. `path` begins with a slash. */
  request(method: "GET" | "POST" | "PATCH", path: string, options: RequestOptions): Promise<Answer | undefined>;
}

interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
}

/** The version of the protocol that the requests are written in. */
const PROTOCOL = "6";

/** Who asks, and where Ably is when that is not its usual place. */
export type AblyAddress = Pick<FunctionConfig, "publishKey" | "endpoint">;

/** Parts of a client that others can stand in for. */
interface RestDeps {
  readonly now?: () => number;
  /** 0 to 1; chooses among the fallback hosts. */
  readonly random?: () => number;
  readonly exchange?: Exchange;
}

/** Make a client for one key. */
export function createAblyRest(
  config: AblyAddress,
  { now = Date.now, random = Math.random, exchange }: RestDeps = {},
): AblyRest {
  const hosts = createHosts(config.endpoint?.host, { now, random });
  const send = exchange ?? createExchange(config);

  /** One try on one host. A kept connection that Ably had closed meanwhile is no failure of a host: a new one is tried. */
  const attempt = async (call: Call): Promise<Answer | undefined> => {
    const first = await send(call);
    return first === "stale" ? await send(call).then(orNothing) : orNothing(first);
  };

  return {
    async request(method, path, { body, timeoutMs }) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const until = now() + timeoutMs;
      const host = hosts.current();
      const answer = await attempt({ host, method, path, body: text, timeoutMs });
      if (answer !== undefined && !isHostFailure(answer.status)) return answer;
      const other = hosts.after(host);
      const left = until - now();
      if (other === undefined || left < limits.leastAttemptMs) return answer;
      return (await attempt({ host: other, method, path, body: text, timeoutMs: left })) ?? answer;
    },
  };
}

/** Where requests go, and what all of them carry. */
export function addressOf({ publishKey, endpoint }: AblyAddress) {
  const isTls = endpoint?.tls ?? true;
  const headers = {
    authorization: `Basic ${Buffer.from(publishKey).toString("base64")}`,
    accept: "application/json",
    "x-ably-version": PROTOCOL,
  };
  return { isTls, port: endpoint?.port ?? (isTls ? 443 : 80), headers };
}

function createExchange(config: AblyAddress): Exchange {
  const { isTls, port, headers } = addressOf(config);
  const { request, Agent } = isTls ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: limits.connections, scheduling: "lifo" });
  return ({ host, method, path, body, timeoutMs }) =>
    new Promise((resolve) => {
      let answered = false;
      let late = false;
      const sent = request(
        { agent, host, port, method, path, headers: { ...headers, ...contentOf(body) } },
        (response) => {
          answered = true;
          read(response).then(
            (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parseJson(text) }),
            () => resolve(undefined),
          );
        },
      );
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

/** One request on a kept or a new connection: its answer, `stale` where a kept connection was closed, or undefined. */
export type Exchange = (call: Call) => Promise<Answer | "stale" | undefined>;

export interface Call {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly timeoutMs: number;
}

/** What a request says of its body. */
export const contentOf = (body: string | undefined): Readonly<Record<string, string>> =>
  body === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };

const orNothing = (answer: Answer | "stale" | undefined): Answer | undefined =>
  answer === "stale" ? undefined : answer;

/** The SDK asks another host after these. */
const isHostFailure = (status: number): boolean => status >= 500 && status <= 504;

/** The body as text; throws when it is cut off or larger than `limits.answerBytes`. */
async function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.answerBytes) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
