/**
 * `npm run replay [-- --since HOURS [--room NAME]...] [-- --discard]`: takes up what is in quarantine and publishes it, each
 * message once. Everything is decided as if it had just come, so a policy that has changed since then counts; what is
 * refused again, or still cannot be delivered, stays, unless it is to be discarded. A message that was published after all is found in the channel's history by its id,
 * which needs persistence on the outbound channels.
 *
 * With `--since` it goes through the inbound history as well, for what Ably gave up on after five minutes because the
 * function could not be reached; that takes a key with `history` on `chat:from-clients*` in `ABLY_HISTORY_KEY`.
 */
import { config as readDotenv } from "dotenv";
import { roomChannels } from "../channels.ts";
import { type FunctionConfig, parseFunctionConfig } from "../config.ts";
import { decide, type Rules } from "../decide/decide.ts";
import type { Reason } from "../decide/reasons.ts";
import { hold } from "../deliver/hold.ts";
import { noticesAbout } from "../deliver/notices.ts";
import { type OutboundChannel, openChannel, type PublishDeps } from "../deliver/publish-once.ts";
import { Recent } from "../deliver/recent.ts";
import { createRestPublisher, readChannel } from "../deliver/rest-publisher.ts";
import { limits } from "../limits.ts";
import { moderationFor } from "../moderation-in-force.ts";
import { createRecentMessages } from "../policy/recent-messages.ts";
import type { Quarantined } from "../quarantine/entry.ts";
import { readInbound } from "../quarantine/inbound.ts";
import { openQuarantine } from "../quarantine/open.ts";
import type { Reader } from "../quarantine/quarantine.ts";
import type { MessageEntry } from "../receive/entry.ts";
import { sleep } from "../sleep.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { runAsCommand } from "./run-as-command.ts";

export interface Replayed {
  published: number;
  /** Was out already. */
  duplicate: number;
  /** Can never be published, and was thrown away because that was asked for. */
  discarded: number;
  /** Why the others stay, and how many of each. */
  readonly staying: Map<string, number>;
}

export interface ReplayDeps extends Omit<PublishDeps, "recent" | "publishInDoubt">, Rules {
  /** Where messages are held. */
  readonly store?: Store | undefined;
  /** Throw away what can never be published: what is refused again, and what cannot be read. */
  readonly discard?: boolean;
}

/** How long one message may take (ms): there is no invocation that ends. */
const EACH_MS = 30_000;

/** Publish what is in quarantine, oldest first within what its reader hands out together. */
export async function replay(reader: Reader, deps: ReplayDeps): Promise<Replayed> {
  const replayed: Replayed = { published: 0, duplicate: 0, discarded: 0, staying: new Map() };
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

  const giveUp = (reason: string): boolean => {
    if (deps.discard !== true) return stay(reason);
    replayed.discarded += 1;
    return true;
  };

  const publish = async (entry: Quarantined | undefined): Promise<boolean> => {
    if (entry === undefined || entry.what.kind === "raw") return giveUp("unreadable");
    const decision = decide(entry.what, deps, entry.at);
    if (decision.kind === "refuse") await tell(entry.what, decision.reason, deps);
    if (decision.kind === "hold") {
      const { outcome } = await hold(decision, deps.store, { ...deps, deadline: deps.now() + EACH_MS });
      if (outcome === "held") await tell(entry.what, "held", deps);
      return outcome === "held" || outcome === "duplicate" || stay(outcome);
    }
    if (decision.kind !== "publish") return entry.reason !== "inbound" && giveUp(decision.reason);
    const stamp = entry.what.message.timestamp ?? entry.at;
    if (down) return stay("failed");
    const outbound = channelNamed(decision.channel);
    const { outcome } = await outbound.publishOnce(decision.message, stamp, deps.now() + EACH_MS);
    // what Ably does not take for half a minute it does not take for the next message either
    down = outcome === "failed";
    if (outcome !== "published" && outcome !== "duplicate") return stay(outcome);
    replayed[outcome] += 1;
    return true;
  };

  try {
    for (let taken = await reader.take(); taken !== undefined; taken = await reader.take()) {
      const settled = taken.entries.map(() => false);
      for (const [index, entry] of inOrder(taken.entries)) settled[index] = await publish(entry);
      await taken.finish(settled);
    }
  } finally {
    await reader.close();
  }
  return replayed;
}

/** Tells the sender again: the first notice may have been lost in the same trouble, and another one changes nothing. */
async function tell(entry: MessageEntry, reason: Reason, { publisher }: ReplayDeps): Promise<void> {
  for (const { channel, notice } of noticesAbout([{ sender: entry, reason }])) {
    await publisher.publish(channel, notice, limits.attemptMs);
  }
}

/** The entries by the moment at which they were sent, each with its place. */
const inOrder = (entries: readonly (Quarantined | undefined)[]): (readonly [number, Quarantined | undefined])[] =>
  [...entries.entries()].sort(([, a], [, b]) => sentAt(a) - sentAt(b));

const sentAt = (entry: Quarantined | undefined): number =>
  entry?.what.kind === "message" ? (entry.what.message.timestamp ?? entry.at) : 0;

/** What `replay` did, in one line. */
export function summarise({ published, duplicate, discarded, staying }: Replayed): string {
  const rest = [...staying].map(([reason, count]) => `${count} ${reason}`);
  const stays = rest.length === 0 ? "nothing stays" : `${rest.join(", ")} stay in quarantine`;
  const gone = discarded > 0 ? `${discarded} thrown away, ` : "";
  return `${published} published, ${duplicate} had been published before, ${gone}${stays}`;
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
  const dataFolder = isSet("LOCAL_DATA") ? env.LOCAL_DATA : ".asterism";
  return {
    ...env,
    ...(!isSet("ABLY_SIGNING_KEY") && !isSet("WEBHOOK_SECRET") && { WEBHOOK_SECRET: "not needed here" }),
    ...(isLocal && {
      ABLY_PUBLISH_KEY: env.LOCAL_ABLY_KEY,
      ABLY_ENDPOINT: "127.0.0.1",
      ABLY_PORT: isSet("PORT") ? env.PORT : "3000",
      ABLY_TLS: "false",
      QUARANTINE_URL: isSet("QUARANTINE_URL") ? env.QUARANTINE_URL : `file:${dataFolder}/quarantine.jsonl`,
    }),
  };
}

interface Values {
  readonly since?: string | undefined;
  readonly room: string[];
  readonly discard?: boolean | undefined;
}

const BUSY =
  "unable to replay; somebody else does it at this moment (or a run broke off less than five minutes ago): try again later";

async function main({ since, room: rooms, discard = false }: Values): Promise<number> {
  readDotenv({ quiet: true });
  const config = parseFunctionConfig(replayEnvironment(process.env));
  const readers: Reader[] = [];
  const quarantine = openQuarantine(config.quarantine);
  if (quarantine !== undefined) {
    const reader = await quarantine.open();
    if (reader === "busy") throw new Error(BUSY);
    readers.push(reader);
  }
  if (since !== undefined) readers.push(inboundSince(Number(since), rooms, config));
  if (readers.length === 0) throw new Error("unable to replay; set QUARANTINE_URL to where messages are kept");
  const parts = { now: Date.now, sleep, onFault: () => undefined };
  const store = openStore(config.store, parts);
  const inForce = await moderationFor(config, store, parts).read();
  if (inForce === undefined) throw new Error("unable to replay; the store that STORE_TABLE names does not answer");
  let failed = false;
  for (const reader of readers) {
    const replayed = await replay(reader, {
      publisher: createRestPublisher(config),
      inForce,
      recentMessages: createRecentMessages(),
      store,
      textLength: config.textLength,
      now: Date.now,
      sleep,
      random: Math.random,
      discard,
    });
    process.stdout.write(`${summarise(replayed)}\n`);
    failed ||= replayed.staying.has("failed");
  }
  return failed ? 1 : 0;
}

function inboundSince(hours: number, rooms: readonly string[], config: FunctionConfig): Reader {
  if (!(hours > 0 && hours <= 72)) throw new Error("unable to replay; --since takes a number of hours up to 72");
  const channels = [undefined, ...rooms].map((room) => roomChannels(room).inbound);
  const now = Date.now();
  const historian = { ...config, publishKey: process.env.ABLY_HISTORY_KEY?.trim() || config.publishKey };
  const read = async (channel: string) => {
    const items = await readChannel(historian, channel, now - hours * 3_600_000);
    return items.filter((item) => Number(Object(item).timestamp) < now - SETTLED_MS);
  };
  return readInbound(channels, read, now);
}

await runAsCommand(import.meta.url, {
  name: "replay",
  does: "Publishes what is in quarantine, each message once, after the same decision as the first time.\nWhat is refused again or still cannot be delivered stays.",
  options: {
    since: { type: "string", value: "HOURS", says: "goes through the inbound history of the last hours as well" },
    room: { type: "string", multiple: true, default: [], value: "NAME", says: "with --since: a room beside the lobby" },
    discard: { type: "boolean", says: "throws away what can never be published: refused again, or unreadable" },
  },
  run: main,
});
