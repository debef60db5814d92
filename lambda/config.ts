/** The function's environment, parsed once; all problems are reported together. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parseJson } from "./json.ts";
import { limits } from "./limits.ts";
import { record, strictObject } from "./shape.ts";

/** The default word list. It lies beside this file, and beside the bundle that this file becomes a part of. */
export const WORDS_FILE = new URL("./words.txt", import.meta.url);

/** The policy that is in force until moderators save another one; it lies there too. */
export const POLICY_FILE = new URL("./policy.json", import.meta.url);

export interface SigningKey {
  /** `<appId>.<keyId>` */
  readonly name: string;
  readonly secret: string;
}

export interface FunctionConfig {
  /** Publishes the moderated messages and the notices. Capability: see the comment at `parseFunctionConfig`. */
  readonly publishKey: string;
  /** Ably's cloud when undefined. */
  readonly endpoint?: { readonly host?: string; readonly port?: number; readonly tls: boolean };
  /** Keys whose secret may have signed a batch; more than one while a key is being replaced. */
  readonly signingKeys: readonly SigningKey[];
  /** Values of the `x-webhook-secret` header of single requests; more than one while a secret is being replaced. */
  readonly webhookSecrets: readonly string[];
  readonly bannedWords?: string;
  readonly allowedWords?: string;
  readonly quarantine?:
    | { readonly kind: "sqs"; readonly url: string }
    | { readonly kind: "file"; readonly path: string };
  /** Characters in one message. */
  readonly textLength: number;
  /** Policy, sanctions, cases and audit; without one the policy is what was deployed. */
  readonly store?: { readonly table: string; readonly endpoint?: string };
  /** Classifiers of others, by the names that policies use. */
  readonly services?: Services;
  /** Does a batch rule bring again whatever a single request brings? Then the batch makes sure of it. */
  readonly batchFollows?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const KEY = /^[^:.\s]+\.[^:.\s]+:[^:.\s]+$/;
const keyHint = "set it to a whole key, <app>.<id>:<secret>";

const text = v.optional(v.string());
const like = (pattern: RegExp, hint: string) => v.pipe(v.string(), v.regex(pattern, hint));
const key = v.optional(like(KEY, keyHint));

/** Several values of a kind, with commas between. */
const list = <const T extends v.GenericSchema<string>>(part: T) => {
  const parts = v.transform((whole: string) => whole.split(",").map((text) => text.trim()));
  return v.optional(v.pipe(v.string(), parts, v.array(part)));
};

const servicesHint = 'set it to JSON such as {"openai":{"kind":"openai","secret":"…"}}';

const url = (hint: string) => v.pipe(v.string(), v.url(hint));

const ServicesSchema = record(
  v.string(),
  strictObject({
    /** `openai` speaks to OpenAI's moderation endpoint; the others are sent `{ text, room }` and answer `{ scores }`. */
    kind: v.optional(v.picklist(["openai", "scores"])),
    url: v.optional(url(servicesHint)),
    secret: v.optional(v.string()),
    model: v.optional(v.string()),
  }),
);

/** Classifiers of others, by the names that policies use. */
export type Services = v.InferOutput<typeof ServicesSchema>;

const Each = v.object({
  ABLY_PUBLISH_KEY: key,
  ABLY_API_KEY: key,
  ABLY_SIGNING_KEY: list(like(KEY, `${keyHint}, or to two of them with a comma between`)),
  WEBHOOK_SECRET: list(
    v.pipe(
      v.string(),
      v.minLength(8, "set it to a random string of 8 characters or more, or to two of them with a comma between"),
    ),
  ),
  ABLY_ENDPOINT: text,
  ABLY_PORT: v.optional(like(/^[1-9]\d{0,4}$/, "set it to a port number")),
  ABLY_TLS: v.optional(v.picklist(["true", "false"], "set it to true or false")),
  BANNED_WORDS: text,
  ALLOWED_WORDS: text,
  QUARANTINE_URL: v.optional(like(/^(https?:\/\/|file:)./, "set it to the URL of an SQS queue or to a file: URL")),
  WEBHOOK_RULES: v.optional(v.picklist(["one", "both"], "set it to one or both")),
  MAX_MESSAGE_LENGTH: v.optional(like(/^[1-9]\d{0,4}$/, "set it to a number from 1 to 99999")),
  STORE_TABLE: v.optional(like(/^[\w.-]{3,255}$/, "set it to the name of a DynamoDB table")),
  STORE_ENDPOINT: v.optional(url("set it to the URL of something that speaks DynamoDB's API")),
  MODERATION_SERVICES: v.optional(v.pipe(v.string(), v.transform(parseJson), ServicesSchema)),
});

/** Every variable that the function reads. */
export const Variables = v.pipe(
  Each,
  v.forward(
    v.partialCheck(
      [["ABLY_PUBLISH_KEY"], ["ABLY_API_KEY"]],
      (set) => set.ABLY_PUBLISH_KEY !== undefined || set.ABLY_API_KEY !== undefined,
      "set it to the key that publishes moderated messages",
    ),
    ["ABLY_PUBLISH_KEY"],
  ),
  v.forward(
    v.partialCheck(
      [["ABLY_SIGNING_KEY"], ["WEBHOOK_SECRET"]],
      (set) => set.ABLY_SIGNING_KEY !== undefined || set.WEBHOOK_SECRET !== undefined,
      "set it to the key that signs the rule's requests, or set WEBHOOK_SECRET",
    ),
    ["ABLY_SIGNING_KEY"],
  ),
  v.forward(
    v.partialCheck(
      [["WEBHOOK_RULES"], ["ABLY_SIGNING_KEY"], ["WEBHOOK_SECRET"]],
      ({ WEBHOOK_RULES: rules, ABLY_SIGNING_KEY: signing, WEBHOOK_SECRET: secrets }) =>
        rules !== "both" || (signing !== undefined && secrets !== undefined),
      "both needs ABLY_SIGNING_KEY for the batch rule and WEBHOOK_SECRET for the single one",
    ),
    ["WEBHOOK_RULES"],
  ),
);

/**
 * Read the function's configuration. Throws one error that names every variable to correct and never a value.
 *
 * The publishing key needs exactly `{"chat:to-clients": ["publish","history"], "chat:to-clients:*": ["publish","history"],
 * "chat:notices:*": ["publish"], "desk:live": ["publish"]}`; `history` lets it see whether a late redelivery was published before.
 */
export function parseFunctionConfig(env: Environment): FunctionConfig {
  const named = Object.keys(Each.entries).map((name) => [name, valueIn(env, name)]);
  const result = v.safeParse(Variables, Object.fromEntries(named));
  if (!result.success) {
    const problems = result.issues.map((issue) => `${String(issue.path?.[0].key ?? "environment")}: ${hintOf(issue)}`);
    throw new Error(`unable to configure the function; ${[...new Set(problems)].join("; ")}`);
  }
  const set = result.output;
  const store = storeIn({ STORE_TABLE: set.STORE_TABLE, STORE_ENDPOINT: set.STORE_ENDPOINT });
  const endpoint = set.ABLY_ENDPOINT !== undefined || set.ABLY_PORT !== undefined || set.ABLY_TLS !== undefined;
  return {
    publishKey: set.ABLY_PUBLISH_KEY ?? set.ABLY_API_KEY ?? "",
    signingKeys: (set.ABLY_SIGNING_KEY ?? []).map(splitKey),
    webhookSecrets: set.WEBHOOK_SECRET ?? [],
    textLength: set.MAX_MESSAGE_LENGTH === undefined ? limits.textLength : Number(set.MAX_MESSAGE_LENGTH),
    ...(set.WEBHOOK_RULES === "both" && { batchFollows: true }),
    ...(endpoint && {
      endpoint: {
        tls: set.ABLY_TLS !== "false",
        ...(set.ABLY_ENDPOINT !== undefined && { host: set.ABLY_ENDPOINT }),
        ...(set.ABLY_PORT !== undefined && { port: Number(set.ABLY_PORT) }),
      },
    }),
    ...(set.BANNED_WORDS !== undefined && { bannedWords: set.BANNED_WORDS }),
    ...(set.ALLOWED_WORDS !== undefined && { allowedWords: set.ALLOWED_WORDS }),
    ...(store !== undefined && { store }),
    ...(set.MODERATION_SERVICES !== undefined && { services: set.MODERATION_SERVICES }),
    ...(set.QUARANTINE_URL !== undefined && { quarantine: quarantineAt(set.QUARANTINE_URL) }),
  };
}

/** What is expected; never what was found, which may be a secret. */
const hintOf = ({ message, path }: v.BaseIssue<unknown>): string =>
  path?.[0].key === "MODERATION_SERVICES" ? servicesHint : message;

/** The store that an environment names. */
export function storeIn(env: Environment): FunctionConfig["store"] {
  const table = valueIn(env, "STORE_TABLE");
  const endpoint = valueIn(env, "STORE_ENDPOINT");
  return table === undefined ? undefined : { table, ...(endpoint !== undefined && { endpoint }) };
}

/** A variable that is set to nothing is not set. */
function valueIn(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function splitKey(whole: string): SigningKey {
  const colon = whole.indexOf(":");
  return { name: whole.slice(0, colon), secret: whole.slice(colon + 1) };
}

/** `file:quarantine.jsonl` is taken from the working directory, `file:///var/quarantine.jsonl` as it is. */
function quarantineAt(url: string): NonNullable<FunctionConfig["quarantine"]> {
  if (!url.startsWith("file:")) return { kind: "sqs", url };
  return { kind: "file", path: url.startsWith("file:/") ? fileURLToPath(url) : resolve(url.slice("file:".length)) };
}
