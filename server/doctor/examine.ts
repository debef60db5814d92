/**
 * The examination: each step looks at one thing and says pass, warn or fail with a remedy; a step that depends on a
 * failed one is skipped. With an Ably key it looks at that Ably app; without one at the local product, which it starts
 * for the purpose when it is not running.
 */
import * as Ably from "ably";
import * as z from "zod";
import { parseFunctionConfig } from "../../lambda/config.ts";
import { KEYS } from "../../lambda/deploy/ably-setup.ts";
import { createControlApi } from "../../lambda/deploy/control-api.ts";
import { loadWords } from "../../lambda/policy/word-list.ts";
import { type Config, type EnvironmentVariables, parseConfig } from "../config.ts";
import { type Product, startProduct } from "../product.ts";
import { createTokenIssuer } from "../tokens/issuer.ts";
import { compare } from "./capability.ts";
import { PROBE_ROOM, type ProbeOptions, probe } from "./probe.ts";
import { type Finding, fail, pass, type Step, skip, warn } from "./report.ts";

const SKEW_WARN_MS = 10_000;
/** Ably refuses token requests that are further off. */
const SKEW_FAIL_MS = 120_000;
const REQUEST_MS = 10_000;
const PROBE_MS = 20_000;

export interface Examination {
  readonly env: EnvironmentVariables;
  /** Called with each step as soon as it is done. */
  readonly tell: (step: Step) => void;
  readonly probeMs?: number;
}

/** Examine everything; true when nothing failed. */
export async function examine({ env, tell, probeMs = PROBE_MS }: Examination): Promise<boolean> {
  let isWell = true;
  const step = (name: string, finding: Finding): boolean => {
    if (finding.kind === "fail") isWell = false;
    tell({ name, finding });
    return finding.kind !== "fail";
  };
  let config: Config;
  try {
    config = parseConfig(env);
    step("configuration", pass(config.backend.mode === "ably" ? "Ably mode" : "local mode, no ABLY_API_KEY"));
  } catch (error) {
    step("configuration", fail(sentence(error), "correct these variables; .env.example explains each"));
    return false;
  }
  await (config.backend.mode === "ably"
    ? examineAbly(config.backend, env, step, probeMs)
    : examineLocal(config, env, step, probeMs));
  return isWell;
}

type Tell = (name: string, finding: Finding) => boolean;
type AblyBackend = Extract<Config["backend"], { mode: "ably" }>;

async function examineAbly(backend: AblyBackend, env: EnvironmentVariables, step: Tell, probeMs: number) {
  step("function's variables", functionVariables(env));
  const connection = connectionTo(backend.endpoint);
  if (!step("clock", await clockSkew(connection))) return step("probe", skip("Ably cannot be reached"));
  const keys = [
    ["ABLY_API_KEY", backend.key, KEYS.tokens.capability] as const,
    ["ABLY_PUBLISH_KEY", env.ABLY_PUBLISH_KEY, KEYS.publishing.capability] as const,
    ...(env.ABLY_SIGNING_KEY ?? "")
      .split(",")
      .map((key) => ["ABLY_SIGNING_KEY", key.trim(), KEYS.signing.capability] as const),
  ];
  for (const [variable, key, needs] of keys) {
    if (key === undefined || key === "") step(variable, skip("not set here; the deployed function may have it"));
    else step(variable, await examineKey(variable, key, needs, connection));
  }
  step("persistence", await persistence(backend.key.split(".")[0] ?? "", env));
  const clientId = `Doctor.${randomSuffix()}`;
  const issue = () => createTokenIssuer(backend.key).issue(clientId, PROBE_ROOM);
  if (!step("token", await exchange(await issue(), connection))) return step("probe", skip("there is no token"));
  return step("probe", await probe(probeWith(connection, await issue(), clientId, env, probeMs)));
}

async function examineLocal(config: Config, env: EnvironmentVariables, step: Tell, probeMs: number) {
  const running = `http://${config.host}:${config.port}`;
  let product: Product | undefined;
  try {
    const isUp = await isAsterism(running);
    if (!isUp) {
      const quiet = { info: () => undefined, error: () => undefined };
      product = await startProduct({ ...env, PORT: "0" }, { log: quiet });
    }
    const url = product?.url ?? running;
    step(
      "server",
      pass(isUp ? `answers at ${url}` : `nothing runs at ${running}; examining one started for this at ${url}`),
    );
    const { port, hostname } = new URL(url);
    const connection = { ...at(hostname), port: Number(port), tls: false };
    if (!step("clock", await clockSkew(connection))) return step("probe", skip("the broker cannot be reached"));
    step("keys", pass("the embedded broker makes its own, as narrow as in production"));
    const issue = async () => TokenRequest.parse(await getJson(`${url}/auth?room=${PROBE_ROOM}&name=Doctor`));
    const first = await issue();
    if (!step("token", await exchange(first, connection))) return step("probe", skip("there is no token"));
    const token = await issue();
    return step("probe", await probe(probeWith(connection, token, token.clientId, env, probeMs)));
  } catch (error) {
    return step("server", fail(sentence(error), "see the message; npm start says more"));
  } finally {
    await product?.close();
  }
}

const TokenRequest = z.object({
  keyName: z.string(),
  clientId: z.string(),
  capability: z.string(),
  timestamp: z.number(),
  nonce: z.string(),
  mac: z.string(),
  ttl: z.number(),
});

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return await answer.json();
}

async function isAsterism(url: string): Promise<boolean> {
  try {
    return z.object({ status: z.literal("ok"), mode: z.literal("local") }).safeParse(await getJson(`${url}/health`))
      .success;
  } catch {
    return false;
  }
}

function functionVariables(env: EnvironmentVariables): Finding {
  if ((env.ABLY_SIGNING_KEY ?? "") === "" && (env.WEBHOOK_SECRET ?? "") === "") {
    return skip("ABLY_SIGNING_KEY is not set here, so this server has no /lambda; the function runs elsewhere");
  }
  try {
    const { publishKey, signingKeys, quarantine } = parseFunctionConfig(env);
    if (publishKey === env.ABLY_API_KEY) {
      const remedy = "give the function a key of its own: npm run ably:setup makes it";
      return warn("the function publishes with the key that mints tokens", remedy);
    }
    if (signingKeys.length === 0) {
      return warn(
        "requests carry a secret but no signature",
        "use a batch rule with a signing key for order and repeats",
      );
    }
    if (quarantine === undefined) {
      return warn("there is no quarantine", "set QUARANTINE_URL, or messages that cannot be delivered are lost");
    }
    return pass("publishing key, signing key and quarantine are set");
  } catch (error) {
    return fail(sentence(error), "correct these variables; .env.example explains each");
  }
}

type Connection = ProbeOptions["connection"];

function connectionTo(endpoint: AblyBackend["endpoint"]): Connection {
  if (endpoint === undefined) return {};
  const { host, port, tls } = endpoint;
  return { ...at(host), tls, ...(port !== undefined && (tls ? { tlsPort: port } : { port })) };
}

/** Not `endpoint`, which takes a name without a dot for one of Ably's regions. */
const at = (host: string): Connection => ({ restHost: host, realtimeHost: host });

const restOptions = (connection: Connection): Ably.ClientOptions => ({
  ...connection,
  httpRequestTimeout: REQUEST_MS,
  disableConnectivityCheck: true,
  logLevel: 0,
});

async function clockSkew(connection: Connection): Promise<Finding> {
  const startedAt = Date.now();
  try {
    const there = await new Ably.Rest({ ...restOptions(connection), key: "no.key:needed" }).time();
    const skew = Math.round(there - (startedAt + Date.now()) / 2);
    const detail = `${Math.abs(skew)} ms ${skew < 0 ? "ahead of" : "behind"} Ably`;
    if (Math.abs(skew) > SKEW_FAIL_MS)
      return fail(detail, "set the clock (NTP): Ably refuses tokens that are 2 minutes off");
    return Math.abs(skew) > SKEW_WARN_MS
      ? warn(detail, "set the clock (NTP) before it is 2 minutes off")
      : pass(detail);
  } catch (error) {
    return fail(
      `Ably cannot be reached: ${sentence(error)}`,
      "check the network, ABLY_ENDPOINT, ABLY_PORT and ABLY_TLS",
    );
  }
}

/** A token that asks for nothing in particular gets all that its key may do. */
async function examineKey(
  variable: string,
  key: string,
  needs: Readonly<Record<string, readonly string[]>>,
  connection: Connection,
): Promise<Finding> {
  try {
    const rest = new Ably.Rest({ ...restOptions(connection), key });
    const { capability } = await rest.auth.requestToken({}, { key });
    const has = z.record(z.string(), z.array(z.string())).parse(JSON.parse(capability));
    const { missing, excess } = compare(has, needs);
    if (variable === "ABLY_SIGNING_KEY") {
      return excess.length === 0 ? pass("valid, and good for nothing but signing") : tooWide(excess);
    }
    if (missing.length > 0) {
      return fail(`it may not ${missing.join(", ")}`, "correct its capability: npm run ably:setup does");
    }
    return excess.length === 0 ? pass("may do exactly what it needs") : tooWide(excess);
  } catch (error) {
    return fail(
      `Ably does not take it: ${sentence(error)}`,
      `set ${variable} to a key of this app that is not revoked`,
    );
  }
}

/** Only the Control API knows; what lacks without persistence shows when it is too late. */
async function persistence(appId: string, env: EnvironmentVariables): Promise<Finding> {
  const { ABLY_ACCESS_TOKEN: token = "", ABLY_CONTROL_URL: baseUrl } = env;
  if (token === "") return skip("set ABLY_ACCESS_TOKEN to have the channel rules looked at");
  try {
    const namespace = (await createControlApi({ token, appId, baseUrl }).namespaces()).find(({ id }) => id === "chat");
    const remedy = "npm run ably:setup corrects it; until then late repeats cannot be told from new messages";
    if (namespace?.persisted !== true) return fail("the namespace chat is not persisted", remedy);
    if (namespace.batchingEnabled) return fail("server-side batching switches de-duplication off", remedy);
    return pass("the namespace chat is persisted");
  } catch (error) {
    return fail(sentence(error), "set ABLY_ACCESS_TOKEN to a Control API token of this account, or unset it");
  }
}

const tooWide = (excess: readonly string[]): Finding => {
  const shown = excess.slice(0, 3).join(", ") + (excess.length > 3 ? " and more" : "");
  return warn(`it works, but may also ${shown}`, "use a narrower key: npm run ably:setup makes them");
};

async function exchange(token: Ably.TokenRequest, connection: Connection): Promise<Finding> {
  try {
    const rest = new Ably.Rest({ ...restOptions(connection), authCallback: (_params, done) => done(null, token) });
    const { clientId, capability } = await rest.auth.requestToken();
    return pass(`issued and accepted for ${clientId}: ${Object.keys(JSON.parse(capability)).length} channels`);
  } catch (error) {
    return fail(`Ably refuses the token request: ${sentence(error)}`, "check ABLY_API_KEY and the clock");
  }
}

function probeWith(
  connection: Connection,
  token: Ably.TokenRequest,
  clientId: string,
  env: EnvironmentVariables,
  timeoutMs: number,
): ProbeOptions {
  const { words } = loadWords({ banned: env.BANNED_WORDS, allowed: env.ALLOWED_WORDS });
  const bannedWord = words.find((word) => /^\p{L}+$/u.test(word)) ?? "potato";
  return { connection, token, clientId, bannedWord, timeoutMs };
}

const randomSuffix = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 6);

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
