/** Ably's Control API, as far as the set-up uses it: keys, namespaces (channel rules) and integration rules of one app. */
import * as z from "zod";

const Capability = z.record(z.string(), z.array(z.string()));
export type Capability = z.infer<typeof Capability>;

const Key = z.object({
  id: z.string(),
  name: z.string(),
  /** 0 is enabled. */
  status: z.number(),
  /** The whole key, secret included. */
  key: z.string(),
  capability: Capability,
  revocableTokens: z.boolean().nullish(),
});
export type Key = z.infer<typeof Key>;

const Namespace = z.object({
  id: z.string(),
  persisted: z.boolean().default(false),
  batchingEnabled: z.boolean().default(false),
  mutableMessages: z.boolean().default(false),
});
type Namespace = z.infer<typeof Namespace>;

const Rule = z.object({
  id: z.string(),
  ruleType: z.string(),
  requestMode: z.string().nullish(),
  status: z.string().nullish(),
  source: z.object({ channelFilter: z.string().nullish(), type: z.string().nullish() }).nullish(),
  target: z
    .object({
      url: z.string().nullish(),
      format: z.string().nullish(),
      signingKeyId: z.string().nullish(),
      enveloped: z.boolean().nullish(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
    })
    .nullish(),
});
export type Rule = z.infer<typeof Rule>;

export interface KeyChange {
  readonly capability: Capability;
  /** Can the tokens that it issues be ended before their time? */
  readonly revocableTokens: boolean;
}

interface NamespaceChange {
  readonly persisted: boolean;
  readonly batchingEnabled: boolean;
  readonly mutableMessages: boolean;
}

/** One app, seen through the Control API. Every method throws one sentence when Ably says no. */
export interface ControlApi {
  keys(): Promise<Key[]>;
  createKey(key: { name: string } & KeyChange): Promise<Key>;
  updateKey(id: string, change: KeyChange): Promise<Key>;
  namespaces(): Promise<Namespace[]>;
  createNamespace(namespace: { id: string } & NamespaceChange): Promise<Namespace>;
  updateNamespace(id: string, change: NamespaceChange): Promise<Namespace>;
  rules(): Promise<Rule[]>;
  createRule(rule: object): Promise<Rule>;
  updateRule(id: string, change: object): Promise<Rule>;
}

/** Does a piece of work that changes the app, or in a dry run only says what it is. */
export type Write = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;

export interface ControlOptions {
  /** A Control API access token of the account, not an API key. */
  readonly token: string;
  readonly appId: string;
  readonly baseUrl?: string | undefined;
}

const BASE_URL = "https://control.ably.net/v1";
const TIMEOUT_MS = 15_000;

/** What is done at a path. */
interface Call {
  readonly method: "GET" | "POST" | "PATCH";
  readonly body?: object;
}
const GET: Call = { method: "GET" };

/** Talk to the Control API about one app. */
export function createControlApi({ token, appId, baseUrl = BASE_URL }: ControlOptions): ControlApi {
  const call = async <T>(schema: z.ZodType<T>, path: string, { method, body }: Call = GET): Promise<T> => {
    const answer = await reach(`${baseUrl}/apps/${encodeURIComponent(appId)}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`unable to ${method} ${path}; ${reasonIn(answer.status, text)}`);
    return schema.parse(JSON.parse(text));
  };
  const at = (kind: string, id: string) => `${kind}/${encodeURIComponent(id)}`;
  return {
    keys: () => call(z.array(Key), "keys"),
    createKey: (key) => call(Key, "keys", { method: "POST", body: key }),
    updateKey: (id, change) => call(Key, at("keys", id), { method: "PATCH", body: change }),
    namespaces: () => call(z.array(Namespace), "namespaces"),
    createNamespace: (namespace) => call(Namespace, "namespaces", { method: "POST", body: namespace }),
    updateNamespace: (id, change) => call(Namespace, at("namespaces", id), { method: "PATCH", body: change }),
    rules: () => call(z.array(Rule), "rules"),
    createRule: (rule) => call(Rule, "rules", { method: "POST", body: rule }),
    updateRule: (id, change) => call(Rule, at("rules", id), { method: "PATCH", body: change }),
  };
}

/** A failure before there is an answer is one sentence too. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Error(`unable to reach Ably's Control API at ${new URL(url).host}; is there a network?`, { cause });
  }
}

const Problem = z.object({ message: z.string() });

function reasonIn(status: number, text: string): string {
  if (status === 401) return "the access token is not valid or lacks a capability; make another in the dashboard";
  try {
    return `Ably answered ${status}: ${Problem.parse(JSON.parse(text)).message}`;
  } catch {
    return `Ably answered ${status}`;
  }
}
