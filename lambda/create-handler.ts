/**
 * The story of one request: check who sent it, read it, moderate and republish what it holds, answer. Every path ends
 * in a status that is written out, because Lambda turns a forgotten one into 200 and Ably would take that for delivered.
 */
import type { Context, LambdaFunctionURLEvent } from "aws-lambda";
import type { Pace } from "./backoff.ts";
import type { FunctionConfig } from "./config.ts";
import type { AskService } from "./deliver/ask-services.ts";
import { type Delivered, deliver, type Equipment } from "./deliver/deliver.ts";
import type { Publisher } from "./deliver/publisher.ts";
import { RateLimit } from "./deliver/rate-limit.ts";
import { Recent } from "./deliver/recent.ts";
import type { Reported } from "./deliver/report.ts";
import { createRestPublisher } from "./deliver/rest-publisher.ts";
import { createShowLive } from "./deliver/show-live.ts";
import { UnderWay } from "./deliver/under-way.ts";
import { limits } from "./limits.ts";
import { createJsonLog, type Log } from "./log.ts";
import { type Count, noCounts } from "./metrics.ts";
import { type Moderation, moderationFor } from "./moderation-in-force.ts";
import { createRecentMessages } from "./policy/recent-messages.ts";
import { openQuarantine } from "./quarantine/open.ts";
import type { Keeper } from "./quarantine/quarantine.ts";
import { Quota } from "./quarantine/quota.ts";
import { parse } from "./receive/parse.ts";
import { type Verified, verify } from "./receive/verify.ts";
import { End, sleep as realSleep } from "./sleep.ts";
import type { Store } from "./store/store.ts";

interface Answer {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What of Lambda's context is used. */
type HandlerContext = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

export type Handler = (event: LambdaFunctionURLEvent, context: HandlerContext) => Promise<Answer>;

export type HandlerConfig = Omit<FunctionConfig, "store">;

export interface HandlerDeps extends Pace {
  readonly log: Log;
  readonly publisher: Publisher;
  readonly quarantine: Keeper;
  readonly moderation: Moderation;
  /** The one that the configuration names; who calls opens it. */
  readonly store: Store;
  readonly ask: AskService;
}

/** Make a handler; throws when there is no usable policy or word list, since nothing may be published without one. */
export function createHandler(config: HandlerConfig, deps: Partial<HandlerDeps> = {}): Handler {
  const { now = Date.now, sleep = realSleep } = deps;
  const log = deps.log ?? createJsonLog((line) => process.stdout.write(line), now);
  const work = equip(config, { ...deps, now, sleep, log });
  let coldStart = true;

  return async (event, context) => {
    const startedAt = now();
    // Lambda always fills the context in; who tries the function by hand may not
    const requestId = context?.awsRequestId ?? "";
    const remainingMs = context?.getRemainingTimeInMillis?.() ?? limits.timeoutMs;
    const finish = (outcome: Outcome): Answer => {
      log({
        event: "invocation",
        requestId,
        status: outcome.status,
        reason: outcome.reason,
        durationMs: now() - startedAt,
        coldStart,
        counts: outcome.counts ?? noCounts(),
        oldestMs: outcome.oldestMs,
        storeAgeMs: work.store && work.moderation.ageMs(),
      });
      coldStart = false;
      return answer(outcome);
    };

    if (event.requestContext.http.method !== "POST") return finish({ status: 405, reason: "not a POST" });
    const verdict = verify(event, config);
    if (!verdict.ok) {
      return finish({ status: 401, reason: verdict.reason, counts: { ...noCounts(), unauthorised: 1 } });
    }
    const deadline = startedAt + remainingMs - limits.guardMs;
    const logDecision = (decision: Reported) => log({ event: "decision", requestId, ...decision });
    return finish(
      await guarded(deadline, { now, sleep }, async () => {
        const delivered = await handle(verdict.request, deadline - limits.answerMs, work);
        if (delivered === undefined) return { status: 503, reason: "no policy" };
        for (const decision of delivered.decisions) logDecision(decision);
        return delivered;
      }),
    );
  };
}

/** What one process works with, from its configuration and from what stands in for a part of it. */
function equip(
  config: HandlerConfig,
  deps: Partial<HandlerDeps> & Pick<HandlerDeps, "now" | "sleep" | "log">,
): Equipment {
  const { now, sleep, log, random = Math.random } = deps;
  const memory = { entries: limits.recentEntries, ms: limits.recentMs, now };
  const onFault = (fault: string) => log({ event: "store", fault });
  const { store } = deps;
  const publisher = deps.publisher ?? createRestPublisher(config);
  return {
    now,
    sleep,
    random,
    publisher,
    showLive: store === undefined ? undefined : createShowLive(publisher, now),
    quarantine: deps.quarantine ?? openQuarantine(config.quarantine),
    moderation: deps.moderation ?? moderationFor(config, store, { now, sleep, onFault }),
    store,
    ask: deps.ask ?? askFor(config),
    recentMessages: createRecentMessages(),
    textLength: config.textLength,
    recent: new Recent(memory),
    rateLimit: new RateLimit(now),
    kept: new Recent(memory),
    told: new Recent(memory),
    batchFollows: config.batchFollows === true,
    underWay: new UnderWay(),
    quota: new Quota(now),
  };
}

/** What an invocation came to. */
interface Outcome {
  readonly status: 200 | 401 | 405 | 500 | 503;
  readonly reason?: string;
  readonly counts?: Record<Count, number>;
  readonly oldestMs?: number | undefined;
}

/**
 * Everything is to be over at `settle`; publishing ends early enough for quarantine and notices. Undefined when no policy
 * is known: then nothing may be published, and the rule is to send it again.
 */
async function handle(request: Verified, settle: number, work: Equipment): Promise<Delivered | undefined> {
  const [delivery, inForce] = await Promise.all([parse(request, work.now()), work.moderation.read()]);
  if (inForce === undefined) return undefined;
  const publish = settle - Math.min(limits.settleMs, (settle - work.now()) / 4);
  return await deliver(delivery, { publish, settle }, { ...work, inForce });
}

/** Makes the work end in time and in a status: a part that hangs is a 503, a mistake of ours a 500. */
async function guarded(
  deadline: number,
  { now, sleep }: Pick<HandlerDeps, "now" | "sleep">,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const left = deadline - now();
  if (left <= 0) return { status: 503, reason: "no time left" };
  const done = new End();
  const late = sleep(left, done).then((): Outcome => ({ status: 503, reason: "deadline" }));
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    // the message of an error may quote what it failed on; its name does not
    return { status: 500, reason: error instanceof Error ? error.name : "unknown error" };
  } finally {
    done.come();
  }
}

function answer({ status, counts }: Outcome): Answer {
  if (status === 405) return { statusCode: status, headers: { allow: "POST" }, body: "" };
  if (status === 401 || status === 500 || counts === undefined) return { statusCode: status, body: "" };
  const body = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return { statusCode: status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Services are asked by code that is loaded when the first of them is. */
function askFor({ services = {} }: FunctionConfig): AskService {
  let ask: AskService | undefined;
  return async (name, question, timeoutMs) => {
    ask ??= (await import("./policy/services.ts")).createAskService(services);
    return await ask(name, question, timeoutMs);
  };
}
