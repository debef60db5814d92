/**
 * Requests to Ably's REST interface, on connections that are kept open. The SDK's client costs seven times the processor time
 * for a request, and twice the function's start. What the SDK does for a request is done here as well:
 * another host after a failure, for ten minutes (https://ably.com/docs/platform/architecture/edge-network).
 */
import type { FunctionConfig } from "../config.ts";
import { type Address, type Answer, createExchange, type Exchange, exchanged } from "../exchange.ts";
import { limits } from "../limits.ts";
import { createHosts } from "./fallback-hosts.ts";

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
  const send = exchange ?? createExchange(addressOf(config));

  return {
    async request(method, path, { body, timeoutMs }) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const until = now() + timeoutMs;
      const host = hosts.current();
      const answer = await exchanged(send, { host, method, path, body: text, timeoutMs });
      if (answer !== undefined && !isHostFailure(answer.status)) return answer;
      const other = hosts.after(host);
      const left = until - now();
      if (other === undefined || left < limits.leastAttemptMs) return answer;
      return (await exchanged(send, { host: other, method, path, body: text, timeoutMs: left })) ?? answer;
    },
  };
}

/** Where requests go, and what all of them carry. */
export function addressOf({ publishKey, endpoint }: AblyAddress): Address {
  const isTls = endpoint?.tls ?? true;
  const headers = {
    authorization: `Basic ${Buffer.from(publishKey).toString("base64")}`,
    accept: "application/json",
    "x-ably-version": PROTOCOL,
  };
  return { isTls, port: endpoint?.port ?? (isTls ? 443 : 80), headers };
}

/** The SDK asks another host after these. */
const isHostFailure = (status: number): boolean => status >= 500 && status <= 504;
