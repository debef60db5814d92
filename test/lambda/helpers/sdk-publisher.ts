/** The publisher through the SDK's REST client: what the function's own publisher is held to. */
import { type HttpPaginatedResponse, type PaginatedResult, Rest } from "ably";
import { isInbound } from "../../../lambda/channels.ts";
import type { FunctionConfig } from "../../../lambda/config.ts";
import type { Failure, Publisher } from "../../../lambda/deliver/publisher.ts";
import { limits } from "../../../lambda/limits.ts";

const PROTOCOL = 6;

/** Make a client. It refuses by itself to publish where the rule listens: that would be a loop. */
export function createSdkPublisher({ publishKey, endpoint }: FunctionConfig): Publisher {
  const rest = createRest(publishKey, endpoint);
  return {
    publish(channel, message, timeoutMs) {
      if (isInbound(channel)) return Promise.resolve({ ok: false, kind: "rejected" });
      return within(timeoutMs, async () => {
        const answer = await rest.request("post", pathOf(channel), PROTOCOL, {}, [message]);
        return answer.success ? { ok: true } : failureIn(answer);
      });
    },
    idsSince(channel, since, timeoutMs) {
      return within(timeoutMs, async () => {
        const history = await readHistory(rest, channel, since);
        return history.ok ? { ok: true, ids: new Set(history.items.flatMap(idOf)) } : history;
      });
    },
  };
}

type History = { readonly ok: true; readonly items: unknown[] } | Failure;

async function readHistory(rest: Rest, channel: string, since: number): Promise<History> {
  const query = { start: String(Math.max(0, since)), direction: "forwards", limit: "1000" };
  const items: unknown[] = [];
  let page = await rest.request("get", pathOf(channel), PROTOCOL, query);
  for (let pages = 1; ; pages += 1) {
    // a channel that nobody has used yet has no history
    if (page.statusCode === 404) return { ok: true, items };
    if (!page.success) return failureIn(page);
    items.push(...page.items);
    if (!page.hasNext()) return { ok: true, items };
    const next = pages < limits.historyPages ? await page.next() : null;
    // half a history proves nothing
    if (next === null || !isAnswer(next)) return { ok: false, kind: "rejected" };
    page = next;
  }
}

const pathOf = (channel: string): string => `/channels/${encodeURIComponent(channel)}/messages`;

function createRest(key: string, endpoint: FunctionConfig["endpoint"]): Rest {
  const port = endpoint?.port;
  return new Rest({
    key,
    tls: endpoint?.tls ?? true,
    // not `endpoint`, which takes a name without a dot for one of Ably's regions
    ...(endpoint?.host !== undefined && { restHost: endpoint.host }),
    ...(port !== undefined && (endpoint?.tls === false ? { port } : { tlsPort: port })),
    useBinaryProtocol: false,
    disableConnectivityCheck: true,
    // errors come back as values, and the SDK's own lines could hold text
    logLevel: 0,
    httpRequestTimeout: limits.attemptMs,
    httpMaxRetryCount: 1,
    httpMaxRetryDuration: limits.attemptMs,
  });
}

const isAnswer = (page: PaginatedResult<unknown>): page is HttpPaginatedResponse<unknown> => "statusCode" in page;

const idOf = (item: unknown): string[] =>
  typeof item === "object" && item !== null && "id" in item && typeof item.id === "string" ? [item.id] : [];

/**
 * Runs a request, but not for longer than `timeoutMs`. One that is given up may still arrive: its id makes that harmless.
 */
function within<T>(timeoutMs: number, request: () => Promise<T | Failure>): Promise<T | Failure> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<Failure>((settle) => {
    timer = setTimeout(() => settle({ ok: false, kind: "transient" }), timeoutMs);
  });
  const answer = request().catch((error: unknown) => failureFrom(error));
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}

/** What the SDK throws when there was no answer at all, or one that it could not read. */
function failureFrom(error: unknown): Failure {
  const { statusCode, code } = Object(error) as { statusCode?: unknown; code?: unknown };
  const known = typeof code === "number" && Number.isFinite(code) ? code : undefined;
  return { ok: false, kind: kindOf(typeof statusCode === "number" ? statusCode : 0), code: known };
}

interface Answer {
  readonly statusCode: number;
  readonly errorCode: number;
  readonly headers: unknown;
}

function failureIn({ statusCode, errorCode, headers }: Answer): Failure {
  const retryAfter = Number((Object(headers) as Record<string, unknown>)["retry-after"]);
  return {
    ok: false,
    kind: kindOf(statusCode),
    code: Number.isFinite(errorCode) && errorCode > 0 ? errorCode : undefined,
    retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined,
  };
}

function kindOf(status: number): Failure["kind"] {
  if (status === 401 || status === 403) return "denied";
  if (status === 408 || status === 429 || status < 400 || status >= 500) return "transient";
  return "rejected";
}
