/**
 * The publisher on Ably's REST interface. It refuses by itself to publish where the rule listens: that would be a loop.
 *
 * What is published in the same moment goes in one request, `POST /messages`, each message in a BatchSpec of its own. Of that
 * Ably's documents say (https://ably.com/docs/messages/batch): their relative order is kept, each of them succeeds or fails
 * independently, and the answer is in the order of the request. So each message has its own id and its own outcome. They do not
 * go as one array to one channel, because such an array has one id and is taken or refused as a whole
 * (https://ably.com/docs/pub-sub/advanced#idempotency): when a request is repeated with other messages around it, nothing would
 * be recognised. As a message may fail while a later one succeeds, an author's messages never stand in one request: see `lanes.ts`.
 */
import { isInbound } from "../channels.ts";
import type { FunctionConfig } from "../config.ts";
import type { Answer } from "../exchange.ts";
import { limits } from "../limits.ts";
import { type AblyRest, createAblyRest } from "./ably-rest.ts";
import { gather, type Waiting } from "./gather.ts";
import type { Failure, Publishable, Published, Publisher } from "./publisher.ts";

export type PublisherConfig = Pick<FunctionConfig, "publishKey" | "endpoint">;

/** Make the one publisher of this process. */
export function createRestPublisher(config: PublisherConfig, rest: AblyRest = createAblyRest(config)): Publisher {
  const publishOne = async ({ channel, message }: Addressed, timeoutMs: number): Promise<Published> => {
    const answer = await rest.request("POST", pathOf(channel), { body: [message], timeoutMs });
    return answer !== undefined && isSuccess(answer) ? { ok: true } : failureOf(answer);
  };

  const publishAll = async (portion: readonly Waiting<Addressed>[]): Promise<void> => {
    const body = portion.map(({ what }) => ({ channels: [what.channel], messages: [what.message] }));
    const timeoutMs = Math.min(...portion.map((one) => one.timeoutMs));
    const answer = await rest.request("POST", "/messages", { body, timeoutMs });
    const outcomes = answer !== undefined && isSuccess(answer) ? outcomesIn(answer) : undefined;
    const failure = outcomes === undefined ? failureOf(answer) : NO_ANSWER;
    for (const [place, one] of portion.entries()) {
      // one message made Ably refuse the whole request: each goes by itself
      if (failure.kind === "rejected") void publishOne(one.what, timeoutMs).then(one.answer);
      else one.answer(outcomes?.[place] ?? failure);
    }
  };

  const publishSoon = gather<Addressed>(
    { most: limits.requestMessages, size: limits.requestCharacters, sizeOf: ({ message }) => message.data.length },
    (portion) => {
      const [only] = portion;
      if (portion.length > 1) void publishAll(portion);
      else if (only !== undefined) void publishOne(only.what, only.timeoutMs).then(only.answer);
    },
  );

  return {
    async publish(channel, message, timeoutMs) {
      if (isInbound(channel)) return { ok: false, kind: "rejected" };
      return await publishSoon({ channel, message }, timeoutMs);
    },
    async idsSince(channel, since, timeoutMs) {
      const history = await readHistory(rest, { channel, since, timeoutMs });
      return history.ok ? { ok: true, ids: new Set(history.items.flatMap(idOf)) } : history;
    },
  };
}

interface Addressed {
  readonly channel: string;
  readonly message: Publishable;
}

const NO_ANSWER: Failure = { ok: false, kind: "transient" };

/** What became of each message of one request. A message of which the answer says nothing is tried again. */
function outcomesIn(answer: Answer): Published[] {
  return (Array.isArray(answer.body) ? answer.body : []).map((spec: unknown): Published => {
    const { results } = Object(spec) as { results?: unknown };
    const [result, ...others] = Array.isArray(results) ? (results as unknown[]) : [];
    if (result === undefined || others.length > 0) return NO_ANSWER;
    const { error } = Object(result) as { error?: unknown };
    if (error === undefined) return { ok: true };
    const { statusCode } = Object(error) as { statusCode?: unknown };
    return failureOf({ ...answer, status: Number(statusCode) || 500, body: result });
  });
}

/** Everything on a channel since a moment (ms), oldest first; for the operator's tools. Throws when it cannot be read. */
export async function readChannel(config: PublisherConfig, channel: string, since: number): Promise<unknown[]> {
  const history = await readHistory(createAblyRest(config), { channel, since, timeoutMs: limits.readChannelMs });
  if (history.ok) return history.items;
  throw new Error(`unable to read the history of ${channel}; Ably answered ${history.code ?? "nothing"}`);
}

type History = { readonly ok: true; readonly items: unknown[] } | Failure;

interface HistoryQuery {
  readonly channel: string;
  readonly since: number;
  /** For all pages together. */
  readonly timeoutMs: number;
}

async function readHistory(rest: AblyRest, { channel, since, timeoutMs }: HistoryQuery): Promise<History> {
  const until = Date.now() + timeoutMs;
  const start = String(Math.max(0, since));
  const query = new URLSearchParams({ start, direction: "forwards", limit: "1000" });
  const items: unknown[] = [];
  let path = `${pathOf(channel)}?${query}`;
  for (let page = 1; page <= limits.historyPages; page += 1) {
    const answer = await rest.request("GET", path, { timeoutMs: until - Date.now() });
    // a channel that nobody has used yet has no history
    if (answer?.status === 404) return { ok: true, items };
    if (answer === undefined || !isSuccess(answer)) return failureOf(answer);
    if (!Array.isArray(answer.body)) return { ok: false, kind: "transient" };
    items.push(...answer.body);
    const next = nextPage(answer, path);
    if (next === undefined) return { ok: true, items };
    path = next;
  }
  // half a history proves nothing
  return { ok: false, kind: "rejected" };
}

/** Where the messages of a channel are. */
export const pathOf = (channel: string): string => `/channels/${encodeURIComponent(channel)}/messages`;

/** The path of the next page, as the `Link` header names it: relative to the page that was asked for. */
function nextPage({ headers }: Answer, path: string): string | undefined {
  const link = [headers.link ?? []].flat().join(",");
  const target = /<([^>]*)>;\s*rel="next"/.exec(link)?.[1];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, `http://ably${path}`);
  return pathname + search;
}

/** Did Ably do what it was asked? */
export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

const idOf = (item: unknown): string[] => {
  const { id } = Object(item) as { id?: unknown };
  return typeof id === "string" ? [id] : [];
};

/** What kept Ably from taking it; no answer at all is worth another try. */
export function failureOf(answer: Answer | undefined): Failure {
  if (answer === undefined) return { ok: false, kind: "transient" };
  const retryAfter = Number(answer.headers["retry-after"]);
  return {
    ok: false,
    kind: kindOf(answer.status),
    code: errorCode(answer),
    retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1_000 : undefined,
  };
}

/** Ably's own code for an error, in the body or in a header. */
function errorCode({ body, headers }: Answer): number | undefined {
  const { error } = Object(body) as { error?: unknown };
  const { code } = Object(error) as { code?: unknown };
  const found = Number(code ?? headers["x-ably-errorcode"]);
  return Number.isFinite(found) && found > 0 ? found : undefined;
}

function kindOf(status: number): Failure["kind"] {
  if (status === 401 || status === 403) return "denied";
  if (status === 408 || status === 429 || status < 400 || status >= 500) return "transient";
  return "rejected";
}
