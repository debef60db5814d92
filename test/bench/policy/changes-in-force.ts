/**
 * How soon a change is in force everywhere: containers of the function, each with a handler and a store of its own over
 * DynamoDB's API, decide about a message now and then, and the last of them to go by what has changed counts.
 */
import { createHandler, type Handler } from "../../../lambda/create-handler.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import { sleep } from "../../../lambda/sleep.ts";
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { createStore, type Store } from "../../../lambda/store/store.ts";
import { startLocalStore } from "../../../server/local/store.ts";
import { FakeAbly } from "../../lambda/helpers/fake-ably.ts";
import { CONFIG, contextWith, signed } from "../../lambda/helpers/requests.ts";
import { budgetRow, median, type Table } from "../table.ts";

const CONTAINERS = 10;
/** Between two messages of one container. */
const EVERY_MS = 200;
const MOST_MS = 3_000;

/** A change, and a message that every container decides about in another way once it knows of it. */
interface Change {
  make(store: Store): Promise<unknown>;
  readonly message: { readonly clientId: string; readonly data: string };
  readonly reason: string;
}

const mute = (n: number): Change => ({
  make: (store) => store.sanctions.add({ kind: "mute", person: `muted${n}`, reason: "", by: "bench" }),
  message: { clientId: `Ada.muted${n}`, data: "hello" },
  reason: "muted",
});

const block = (n: number): Change => ({
  async make(store) {
    const rule = { name: "turnips", when: { words: ["turnips"] }, action: "block" };
    const document = { lists: { turnips: [`turnip${n}`] }, rules: [rule] };
    return await store.policies.save(document, { by: "bench", reason: "", ifVersion: n });
  },
  message: { clientId: `Bob.writer${n}`, data: `turnip${n}` },
  reason: "blocked",
});

/** Measures so many changes of each kind. */
export async function changesInForce(changes: number): Promise<Table> {
  const { environment, call, close } = await startLocalStore(undefined);
  const open = () => {
    const table = openDynamoTable({ table: environment.STORE_TABLE, endpoint: environment.STORE_ENDPOINT, call });
    return createStore({ table, now: Date.now, onFault: () => undefined });
  };
  const containers = Array.from({ length: CONTAINERS }, () => containerWith(open()));
  const store = open();
  const rows = [];
  for (const [name, changeOf] of [["a sanction", mute] as const, ["a policy", block] as const]) {
    const delays: number[] = [];
    for (let n = 0; n < changes; n += 1) delays.push(await inForceEverywhere(changeOf(n), containers, store));
    rows.push(
      budgetRow(`${name}, the slowest of ${changes}`, Math.max(...delays), { most: MOST_MS, unit: "ms", digits: 0 }),
      budgetRow(`${name}, the usual one`, median(delays), { most: MOST_MS, unit: "ms", digits: 0 }),
    );
  }
  await close();
  const title = `policy: a change until the last of ${CONTAINERS} containers goes by it, each with a message every ${EVERY_MS} ms`;
  return { title, rows };
}

/** Decides about a message; gives back why it is refused. */
type Container = (message: Change["message"]) => Promise<string | undefined>;

function containerWith(store: Store): Container {
  let decided: LogEntry[] = [];
  const handler: Handler = createHandler(CONFIG, {
    store,
    publisher: new FakeAbly(Date.now),
    log: (entry) => decided.push(entry),
  });
  let messages = 0;
  return async (message) => {
    messages += 1;
    decided = [];
    const whole = { ...message, id: `m${messages}`, timestamp: Date.now() };
    const items = [{ source: "channel.message", data: { channelId: "chat:from-clients", messages: [whole] } }];
    await handler(signed(JSON.stringify({ items })), contextWith(12_000));
    return decided.flatMap((entry) => (entry.event === "decision" ? (entry.reason ?? []) : []))[0];
  };
}

/** Makes a change while all containers have work; gives back after how long the last one goes by it. */
async function inForceEverywhere(
  { make, message, reason }: Change,
  containers: readonly Container[],
  store: Store,
): Promise<number> {
  const works = containers.map(async (decide) => {
    while ((await decide(message)) !== reason) await sleep(EVERY_MS);
    return performance.now();
  });
  await sleep(EVERY_MS);
  await make(store);
  const changedAt = performance.now();
  return Math.max(...(await Promise.all(works))) - changedAt;
}
