/**
 * `npm run replay`: takes up what is in quarantine and publishes it, each message once. Everything goes through the same
 * judgement as the first time, so a word list or a limit that has changed since then counts; what is refused again, or
 * still cannot be delivered, stays. A message that was published after all is found in the channel's history by its id,
 * which needs persistence on the outbound channels.
 */
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { config as readDotenv } from "dotenv";
import { createAblyPublisher } from "./ably-publisher.ts";
import { parseFunctionConfig } from "./config.ts";
import { judge } from "./judge.ts";
import { limits } from "./limits.ts";
import { createModerator, type Moderator } from "./moderation/index.ts";
import type { Quarantined } from "./quarantine.ts";
import { openStore, type QuarantineStore } from "./quarantine-store.ts";
import { Recent } from "./recent.ts";
import { type OutboundChannel, openChannel, type RepublishDeps } from "./republish.ts";
import { loadWords } from "./words.ts";

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
    if (judgement.kind !== "publish") return stay(judgement.reason);
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

async function main(): Promise<number> {
  readDotenv({ quiet: true });
  const config = parseFunctionConfig(process.env);
  if (config.quarantine === undefined)
    throw new Error("unable to replay; set QUARANTINE_URL to where messages are kept");
  const words = loadWords({ banned: config.bannedWords, allowed: config.allowedWords });
  const replayed = await replay(openStore(config.quarantine, process.env), {
    publisher: createAblyPublisher(config),
    moderator: createModerator(words),
    textLength: config.textLength,
    now: Date.now,
    sleep: (ms) => wait(ms),
    random: Math.random,
  });
  process.stdout.write(`${summarise(replayed)}\n`);
  return replayed.staying.has("failed") ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "unknown error"}\n`);
    process.exitCode = 1;
  }
}
