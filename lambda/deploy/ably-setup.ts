/**
 * `npm run ably:setup -- --url FUNCTION_URL [--dry-run]`: makes an Ably app as the product needs it, through the Control API.
 * What is missing is created, what is different is corrected, what is right is left alone: a second run writes nothing.
 * Other keys, rules and namespaces of the app are never touched.
 *
 * Needs ABLY_ACCESS_TOKEN (dashboard, "Access tokens": read and write apps' keys, namespaces and rules) and ABLY_APP_ID,
 * or an ABLY_API_KEY of the app, which begins with it.
 */
import { randomBytes } from "node:crypto";
import { config as readDotenv } from "dotenv";
import { runAsCommand } from "../commands/run-as-command.ts";
import { KEYS } from "../keys.ts";
import { ensureRules } from "./ably-rules.ts";
import {
  type Capability,
  type ControlApi,
  createControlApi,
  type Key,
  type KeyChange,
  type Write,
} from "./control-api.ts";

const NAMESPACE = "chat";

export interface SetupOptions {
  /** Where the rules post to; without it they are left out. */
  readonly url: string | undefined;
  /** With it a second rule hands each message over at once; the function must have the same. */
  readonly webhookSecret?: string | undefined;
  readonly dryRun: boolean;
}

export interface SetUp {
  /** What was (or, in a dry run, would be) written. */
  readonly writes: string[];
  /** Variables for the server and the function, secrets included; those of keys that do not exist yet are missing. */
  readonly variables: Map<string, string>;
}

/** Bring the app into the state that the product needs. */
export async function setUp(api: ControlApi, { url, webhookSecret, dryRun }: SetupOptions): Promise<SetUp> {
  const writes: string[] = [];
  const variables = new Map<string, string>();
  const write = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    writes.push(what);
    return dryRun ? undefined : await work();
  };

  const existing = await api.keys();
  const ensureKey = async ({ name, variable, capability, ...key }: (typeof KEYS)[keyof typeof KEYS]) => {
    const change = { capability: writable(capability), revocableTokens: "revocable" in key };
    const made = await ensureOneKey({ existing, name, change, api, write });
    if (made !== undefined) variables.set(variable, made.key);
    return made;
  };
  await ensureKey(KEYS.tokens);
  await ensureKey(KEYS.publishing);
  const signing = await ensureKey(KEYS.signing);
  await ensureKey(KEYS.desk);
  await ensureNamespace(api, write);
  if (url !== undefined) await ensureRules({ url, signingKeyId: signing?.id, webhookSecret, api, write });
  return { writes, variables };
}

/** The Control API's own type of a capability. */
const writable = (rights: Readonly<Record<string, readonly string[]>>): Capability =>
  Object.fromEntries(Object.entries(rights).map(([channel, operations]) => [channel, [...operations]]));

interface WantedKey {
  readonly existing: readonly Key[];
  readonly name: string;
  readonly change: KeyChange;
  readonly api: ControlApi;
  readonly write: Write;
}

async function ensureOneKey({ existing, name, change, api, write }: WantedKey): Promise<Key | undefined> {
  const key = existing.find((other) => other.name === name && other.status === 0);
  if (key === undefined) return await write(`create key "${name}"`, () => api.createKey({ name, ...change }));
  const isRevocable = key.revocableTokens === true;
  if (canonical(key.capability) === canonical(change.capability) && isRevocable === change.revocableTokens) return key;
  return (await write(`correct key "${name}"`, () => api.updateKey(key.id, change))) ?? key;
}

/** The order of channels and operations means nothing. */
const canonical = (capability: Capability): string =>
  JSON.stringify(
    Object.entries(capability)
      .map(([channel, operations]) => [channel, [...operations].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * History tells whether a late message was published before; server-side batching would switch de-duplication off; a message
 * can be removed only where messages can be updated and deleted.
 */
const WANTED = { persisted: true, batchingEnabled: false, mutableMessages: true };

async function ensureNamespace(api: ControlApi, write: Write): Promise<void> {
  const namespace = (await api.namespaces()).find(({ id }) => id === NAMESPACE);
  if (namespace === undefined) {
    await write(`create namespace "${NAMESPACE}", persisted, with updates and deletes`, () =>
      api.createNamespace({ id: NAMESPACE, ...WANTED }),
    );
  } else if (!namespace.persisted || namespace.batchingEnabled || !namespace.mutableMessages) {
    const what = `correct namespace "${NAMESPACE}" (persisted, with updates and deletes, without server-side batching)`;
    await write(what, () => api.updateNamespace(NAMESPACE, WANTED));
  }
}

/** An app with nothing in it, to show in a dry run what the set-up writes; nothing can be written to it. */
const readOnly = () => Promise.reject(new Error("a dry run writes nothing"));
const emptyApp: ControlApi = {
  keys: async () => [],
  namespaces: async () => [],
  rules: async () => [],
  createKey: readOnly,
  updateKey: readOnly,
  createNamespace: readOnly,
  updateNamespace: readOnly,
  createRule: readOnly,
  updateRule: readOnly,
};

/** Which app is to be set up, and with what; a variable that is set to nothing is not set. */
export function accessTo(app: string | undefined, env: Readonly<Record<string, string | undefined>>) {
  const setting = (name: string) => env[name]?.trim() || undefined;
  const token = setting("ABLY_ACCESS_TOKEN");
  const appId = app || setting("ABLY_APP_ID") || setting("ABLY_API_KEY")?.split(".")[0];
  if (token === undefined) throw new Error("unable to set up Ably; set ABLY_ACCESS_TOKEN");
  if (appId === undefined) throw new Error("unable to set up Ably; set ABLY_APP_ID or pass --app");
  return { token, appId, baseUrl: setting("ABLY_CONTROL_URL") };
}

interface Options {
  readonly url?: string | undefined;
  readonly app?: string | undefined;
  readonly "dry-run": boolean;
}

async function main({ url, app, "dry-run": dryRun }: Options): Promise<void> {
  readDotenv({ quiet: true });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const isBlind = dryRun && (process.env.ABLY_ACCESS_TOKEN?.trim() ?? "") === "";
  if (isBlind) say("ABLY_ACCESS_TOKEN is not set, so no app is read; in an app with nothing in it this command");
  const api = isBlind ? emptyApp : createControlApi(accessTo(app, process.env));
  const given = process.env.WEBHOOK_SECRET?.split(",")[0]?.trim() || undefined;
  const { writes, variables } = await setUp(api, { url, webhookSecret: given, dryRun });
  variables.set("WEBHOOK_SECRET", given ?? randomBytes(24).toString("hex"));
  variables.set("WEBHOOK_RULES", "both");
  for (const what of writes) say(`${dryRun ? "would " : ""}${what}`);
  if (writes.length === 0) say("everything is as it should be; nothing was written");
  if (url === undefined) say("the rules were left out; pass --url with the address of the function");
  else if (given === undefined) say("the rule that hands messages over at once was left out; it needs WEBHOOK_SECRET");
  if (dryRun) return;
  say("\n# for .env (secrets)");
  for (const [variable, value] of variables) say(`${variable}=${value}`);
}

await runAsCommand(import.meta.url, {
  name: "ably:setup",
  does: "Gives an Ably app the keys, the namespace and the webhook rules of this product; a second run writes nothing.\nNeeds ABLY_ACCESS_TOKEN, and ABLY_APP_ID or an ABLY_API_KEY of the app, in the environment or .env.",
  options: {
    url: { type: "string", value: "FUNCTION_URL", says: "where the rules post to; without it they are left out" },
    app: { type: "string", value: "ID", says: "the app, instead of ABLY_APP_ID" },
    "dry-run": { type: "boolean", default: false, says: "writes nothing, and says what it would do" },
  },
  run: main,
});
