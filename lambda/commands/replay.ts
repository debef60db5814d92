/**
 * `npm run replay [-- --since HOURS [--room NAME]...]`: takes up what is in quarantine and publishes it, each message once. Everything goes through the same
 * judgement as the first time, so a word list or a limit that has changed since then counts; what is refused again, or
 * still cannot be delivered, stays. A message that was published after all is found in the channel's history by its id,
 * which needs persistence on the outbound channels.
 *
 * With `--since` it goes through the inbound history as well, for what Ably gave up on after five minutes because the
 * function could not be reached; that takes a key with `history` on `chat:from-clients*` in `ABLY_HISTORY_KEY`.
 */
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { config as readDotenv } from "dotenv";
import { noticesChannel } from "../channels.ts";
import { type FunctionConfig, parseFunctionConfig } from "../config.ts";
import { judge } from "../decide/decide.ts";
import { noticeFor, type Reason } from "../deliver/notices.ts";
import { type OutboundChannel, openChannel, type RepublishDeps } from "../deliver/publish-once.ts";
import { Recent } from "../deliver/recent.ts";
import { createRestPublisher, readChannel } from "../deliver/rest-publisher.ts";
import { limits } from "../limits.ts";
import { createModerator, type Moderator } from "../moderation/index.ts";
import { loadWords } from "../policy/word-list.ts";
import type { Quarantined } from "../quarantine/quarantine.ts";
import { openInboundStore, openStore, type QuarantineStore } from "../quarantine/reader.ts";

export interface Replayed {
  published: number;
  /** Was out already. */
  duplicate: number;
  /** Why the others stay, and how many of each. */
  readonly staying: Map<string, number>;
}

export interface ReplayDeps extends Omit<RepublishDeps, "recent" | "publishInDoubt"> {
  readonly moderator: Moderator;
  readonly textLength: number;
}

/** There is no invocation that ends, so one message may take its time. */
const EACH_MS = 30_000;

/** Publish what a store holds, oldest first within what it hands out together. */
export async function replay(store: QuarantineStore, deps: ReplayDeps): Promise<Replayed> {
  const replayed: Replayed = { published: 0, duplicate: 0, staying: new Map() };
  const recent = new Recent({ entries: limits.recentEntries, ms: Number.POSITIVE_INFINITY, now: deps.now });
  const channels = new Map<string, OutboundChannel>();
  const channelNamed = (name: string) => {
    const channel = channels.get(name) ?? openChannel(name, { ...deps, recent, publishInDoubt: false });
    channels.set(name, channel);
    return channel;
  };
  let down = false;
  const stay = (reason: string) => {
    replayed.staying.set(reason, (replayed.staying.get(reason) ?? 0) + 1);
    return false;
  };

  const publish = async (entry: Quarantined | undefined): Promise<boolean> => {
    if (entry === undefined || entry.what.kind === "raw") return stay("unreadable");
    const judgement = judge(entry.what, deps.moderator, deps.textLength, entry.at);
    if (judgement.kind === "refuse") await tell(entry.what, judgement.reason, deps);
    if (judgement.kind !== "publish") return entry.reason !== "inbound" && stay(judgement.reason);
    const stamp = entry.what.message.timestamp ?? entry.at;
    if (down) return stay("failed");
    const outbound = channelNamed(judgement.channel);
    const { outcome } = await outbound.republish(judgement.message, stamp, deps.now() + EACH_MS);
    // what Ably does not take for half a minute it does not take for the next message either
    down = outcome === "failed";
    if (outcome !== "published" && outcome !== "duplicate") return stay(outcome);
    replayed[outcome] += 1;
    return true;
  };

  for (let taken = await store.take(); taken !== undefined; taken = await store.take()) {
    const settled = taken.entries.map(() => false);
    for (const [index, entry] of inOrder(taken.entries)) settled[index] = await publish(entry);
    await taken.finish(settled);
  }
  return replayed;
}

type Kept = Extract<Quarantined["what"], { kind: "message" }>;

/** The first notice may have been lost in the same trouble; another one changes nothing. */
async function tell({ message, sourceId }: Kept, reason: Reason, { publisher }: ReplayDeps): Promise<void> {
  const author = message.clientId ?? "";
  if (author === "" || author === "*") return;
  const notice = noticeFor(author, sourceId, reason, message.id || sourceId);
  await publisher.publish(noticesChannel(author), notice, limits.attemptMs);
}

/** By the moment at which they were sent. */
const inOrder = (entries: readonly (Quarantined | undefined)[]): (readonly [number, Quarantined | undefined])[] =>
  [...entries.entries()].sort(([, a], [, b]) => sentAt(a) - sentAt(b));

const sentAt = (entry: Quarantined | undefined): number =>
  entry?.what.kind === "message" ? (entry.what.message.timestamp ?? entry.at) : 0;

/** What `replay` did, in one line. */
export function summarise({ published, duplicate, staying }: Replayed): string {
  const rest = [...staying].map(([reason, count]) => `${count} ${reason}`);
  const stays = rest.length === 0 ? "nothing stays" : `${rest.join(", ")} stay in quarantine`;
  return `${published} published, ${duplicate} had been published before, ${stays}`;
}

/** What has come in during the last minutes may still be on its way through the function. */
const SETTLED_MS = 330_000;

const NO_KEY =
  "unable to replay; ABLY_PUBLISH_KEY: set it to the key that publishes moderated messages; " +
  "in local mode set LOCAL_ABLY_KEY instead, to the same key for npm start and for this";

/**
 * Nothing is let in here, so neither a signing key nor a secret is needed. Without an Ably key it is local mode's broker,
 * whose root key must then be known: set LOCAL_ABLY_KEY before `npm start`.
 */
function replayEnvironment(env: Readonly<Record<string, string | undefined>>) {
  const isSet = (name: string) => (env[name]?.trim() ?? "") !== "";
  const isLocal = !isSet("ABLY_PUBLISH_KEY") && !isSet("ABLY_API_KEY") && isSet("LOCAL_ABLY_KEY");
  if (!["ABLY_PUBLISH_KEY", "ABLY_API_KEY", "LOCAL_ABLY_KEY"].some(isSet)) throw new Error(NO_KEY);
  return {
    ...env,
    ...(!isSet("ABLY_SIGNING_KEY") && !isSet("WEBHOOK_SECRET") && { WEBHOOK_SECRET: "not needed here" }),
    ...(isLocal && {
      ABLY_PUBLISH_KEY: env.LOCAL_ABLY_KEY,
      ABLY_ENDPOINT: "127.0.0.1",
      ABLY_PORT: isSet("PORT") ? env.PORT : "3000",
      ABLY_TLS: "false",
      QUARANTINE_URL: isSet("QUARANTINE_URL") ? env.QUARANTINE_URL : "file:quarantine.jsonl",
    }),
  };
}

async function main(): Promise<number> {
  readDotenv({ quiet: true });
  const { values } = parseArgs({
    options: { since: { type: "string" }, room: { type: "string", multiple: true, default: [] } },
  });
  const config = parseFunctionConfig(replayEnvironment(process.env));
  const stores: QuarantineStore[] = [];
  if (config.quarantine !== undefined) stores.push(openStore(config.quarantine, process.env));
  if (values.since !== undefined) stores.push(inboundSince(Number(values.since), values.room, config));
  if (stores.length === 0) throw new Error("unable to replay; set QUARANTINE_URL to where messages are kept");
  const words = loadWords({ banned: config.bannedWords, allowed: config.allowedWords });
  let failed = false;
  for (const store of stores) {
    const replayed = await replay(store, {
      publisher: createRestPublisher(config),
      moderator: createModerator(words),
      textLength: config.textLength,
      now: Date.now,
      sleep: (ms) => wait(ms),
      random: Math.random,
    });
    process.stdout.write(`${summarise(replayed)}\n`);
    failed ||= replayed.staying.has("failed");
  }
  return failed ? 1 : 0;
}

function inboundSince(hours: number, rooms: readonly string[], config: FunctionConfig): QuarantineStore {
  if (!(hours > 0 && hours <= 72)) throw new Error("unable to replay; --since takes a number of hours up to 72");
  const channels = ["chat:from-clients", ...rooms.map((room) => `chat:from-clients:${room}`)];
  const now = Date.now();
  const reader = { ...config, publishKey: process.env.ABLY_HISTORY_KEY?.trim() || config.publishKey };
  const read = async (channel: string) => {
    const items = await readChannel(reader, channel, now - hours * 3_600_000);
    return items.filter((item) => Number(Object(item).timestamp) < now - SETTLED_MS);
  };
  return openInboundStore(channels, read, now);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "unknown error"}\n`);
    process.exitCode = 1;
  }
}
