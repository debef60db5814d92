/**
 * What moderators decide, as the server knows it: names by the policy in force, banned people at the door, and the end of
 * their tokens. In local mode the store runs in this process, and the function shares all of it.
 */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { storeIn } from "../lambda/config.ts";
import type { InForce } from "../lambda/decide/decide.ts";
import type { Moderator } from "../lambda/moderation/index.ts";
import { type Moderation, moderationFor } from "../lambda/moderation-in-force.ts";
import { isActive, type Sanction } from "../lambda/sanction.ts";
import { sleep } from "../lambda/sleep.ts";
import { openDynamoTable } from "../lambda/store/dynamodb-table.ts";
import { openStore } from "../lambda/store/open.ts";
import { createStore, type Store } from "../lambda/store/store.ts";
import { startAlerts } from "./alerts.ts";
import type { Config, EnvironmentVariables } from "./config.ts";
import { limits } from "./limits.ts";
import { type LocalStore, startLocalStore } from "./local/store.ts";
import type { Log } from "./log.ts";
import { repeat } from "./repeat.ts";
import { createTokenEnds, type Revoke } from "./tokens/end-of-banned.ts";

/** What is done while the server runs. */
interface WatchWork {
  readonly revoke: Revoke;
  /** Finishes what moderators decided, of earlier processes too; undefined where there is no desk. */
  readonly sweep: (() => Promise<unknown>) | undefined;
}

export interface ServerModeration {
  /** Undefined where there is none: then the policy is the one that was deployed. */
  readonly store: Store | undefined;
  readonly moderation: Moderation;
  /** For names: by the policy that was in force at the last look. */
  readonly names: Moderator;
  /** The ban that a person is under. */
  banOf(person: string): Promise<Sanction | undefined>;
  /** Looks for changes from now on, ends the tokens of who is banned, and calls moderators where that is wanted. */
  watch(work: WatchWork): void;
  close(): Promise<void>;
}

/** Open the store that the configuration names, or local mode's own, and follow it. */
export async function openModeration(
  config: Config,
  environment: EnvironmentVariables,
  log: Log,
): Promise<ServerModeration> {
  const onFault = (fault: string) => log.error("store.failed", { fault });
  const { local, store } = await openStoreOf(config, environment, onFault);
  const words = { bannedWords: environment.BANNED_WORDS, allowedWords: environment.ALLOWED_WORDS };
  const bans: Sanction[] = [];
  let moderation: Moderation;
  try {
    moderation = moderationFor(words, store, {
      now: Date.now,
      sleep,
      onFault,
      onChange: (change) => {
        if (isActive(change, Date.now()) && change.kind === "ban") bans.push(change);
      },
    });
  } catch (error) {
    // a store that stays open would keep the process
    await local?.close();
    throw error;
  }
  // names are checked by it as long as the store says nothing
  await moderation.fallback.load();
  let latest: InForce | undefined;
  const look = async () => {
    latest = (await moderation.read()) ?? latest;
    return latest;
  };
  await look();
  let timer: ReturnType<typeof setInterval> | undefined;
  const endings: (() => Promise<void>)[] = [];
  return {
    store,
    moderation,
    names: { moderate: (text) => (latest?.policy ?? moderation.fallback).names.moderate(text) },
    async banOf(person) {
      const sanction = (await look())?.sanctionOf(person);
      return isActive(sanction, Date.now()) && sanction.kind === "ban" ? sanction : undefined;
    },
    watch({ revoke, sweep }) {
      if (store === undefined) return;
      const tokenEnds = createTokenEnds({ revoke, log, now: Date.now });
      const turn = async () => {
        await look();
        await tokenEnds.of(bans.splice(0));
      };
      endings.push(repeat(tokenEnds.again, { everyMs: limits.sweepMs, sleep: sleepAside }));
      timer = setInterval(() => void turn(), limits.storeLookMs);
      timer.unref();
      if (config.alerts)
        endings.push(startAlerts({ ...config.alerts, cases: store.cases, log, fetch, sleep: sleepAside }));
      if (sweep) endings.push(repeat(sweep, { everyMs: limits.sweepMs, atOnce: true, sleep: sleepAside }));
    },
    async close() {
      clearInterval(timer);
      await Promise.all(endings.map((end) => end()));
      await local?.close();
    },
  };
}

/** Waits without keeping the process. */
const sleepAside = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined);

interface OpenedStore {
  readonly local?: LocalStore;
  readonly store: Store | undefined;
}

async function openStoreOf(
  { alerts, backend }: Config,
  environment: EnvironmentVariables,
  onFault: (fault: string) => void,
): Promise<OpenedStore> {
  const target = storeIn(environment);
  if (target !== undefined) return { store: openStore(target, { now: Date.now, onFault, env: environment }) };
  if (backend.mode === "ably") {
    if (alerts === undefined) return { store: undefined };
    throw new Error("ALERT_WEBHOOK_URL needs a store to look into; set STORE_TABLE too, or neither");
  }
  const local = await startLocalStore(backend.dataFolder === undefined ? undefined : join(backend.dataFolder, "store"));
  const { STORE_TABLE: name, STORE_ENDPOINT: endpoint } = local.environment;
  const table = openDynamoTable({ table: name, endpoint, call: local.call });
  const store = createStore({ table, now: Date.now, onFault: ({ pk, sk }) => onFault(`${pk} ${sk} cannot be read`) });
  return { local, store };
}
