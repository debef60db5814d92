/**
 * The real publisher through the proxy: every toxic at every stage. A batch meets the toxic, the toxic goes away, and the
 * batch comes back if it was not answered with 200. In real time, so few messages; each has its own server and function.
 */
import { createHandler } from "../../../lambda/create-handler.ts";
import { AblyStub } from "../../lambda/helpers/ably-stub.ts";
import { MemoryQuarantine } from "../../lambda/helpers/memory-quarantine.ts";
import { CONFIG, signed } from "../../lambda/helpers/requests.ts";
import { STAGES, TOXICS, type Toxic, ToxicProxy } from "./proxy.ts";

const TIMEOUT_MS = 4_500;
/** Answered no later than this before the time-out. */
const EARLY_MS = 1_000;

export interface ToxicOutcome extends Toxic {
  /** Of the first request, and of the repetition if there was one. */
  readonly statuses: readonly number[];
  readonly spoilt: number;
  readonly lost: number;
  readonly shownTwice: number;
  readonly outOfOrder: number;
  readonly late: number;
}

/** Every toxic at every stage, side by side. */
export const runToxics = (): Promise<ToxicOutcome[]> =>
  Promise.all(STAGES.flatMap((stage) => TOXICS.map((kind) => meet({ kind, stage }))));

const TEXTS = ["one", "two", "three"];

async function meet(toxic: Toxic): Promise<ToxicOutcome> {
  const stub = new AblyStub();
  const proxy = new ToxicProxy(await stub.start());
  const endpoint = { host: "127.0.0.1", port: await proxy.start(), tls: false };
  const quarantine = new MemoryQuarantine();
  const handler = createHandler(
    { ...CONFIG, endpoint },
    {
      log: () => undefined,
      quarantine,
    },
  );
  let late = 0;
  const call = async (event: Parameters<typeof handler>[0]) => {
    const until = Date.now() + TIMEOUT_MS;
    const { statusCode } = await handler(event, {
      awsRequestId: `${toxic.kind}-${toxic.stage}`,
      getRemainingTimeInMillis: () => until - Date.now(),
    });
    if (Date.now() > until - EARLY_MS) late += 1;
    return statusCode;
  };
  const send = (texts: readonly string[]) => call(signed(batchOf(texts)));

  const healthy = await send(["zero"]);
  // the next publish has to connect again
  proxy.drop();
  proxy.toxic = toxic;
  const event = signed(batchOf(TEXTS));
  const statuses = [await call(event)];
  proxy.toxic = undefined;
  if (statuses[0] !== 200) statuses.push(await call(event));
  if (healthy !== 200) statuses.push(healthy);
  // what was still on its way arrives now
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  proxy.close();
  await stub.close();

  const shown = stub.texts();
  const held = new Set(
    quarantine.entries.flatMap(({ what }) => (what.kind === "message" ? String(what.message.data) : [])),
  );
  const live = shown.filter((text) => !held.has(text));
  return {
    ...toxic,
    statuses,
    spoilt: proxy.spoilt,
    lost: TEXTS.filter((text) => !shown.includes(text) && !held.has(text)).length,
    shownTwice: shown.length - new Set(shown).size,
    outOfOrder: ["zero", ...TEXTS].filter((text) => !held.has(text)).every((text, index) => live[index] === text)
      ? 0
      : 1,
    late,
  };
}

const batchOf = (texts: readonly string[]): string =>
  JSON.stringify({
    items: texts.map((text) => ({
      source: "channel.message",
      data: {
        channelId: "chat:from-clients",
        messages: [{ id: `source-${text}`, clientId: "Ada.x1y2z3", timestamp: Date.now(), data: text }],
      },
    })),
  });
