/** The function's environment, parsed once; all problems are reported together. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { parseJson } from "./json.ts";
import { limits } from "./limits.ts";

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
  /** Does a batch rule bring again whatever a single request brings? It then makes sure of it. */
  readonly batchFollows?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const KEY = /^[^:.\s]+\.[^:.\s]+:[^:.\s]+$/;
const keyHint = "set it to a whole key, <app>.<id>:<secret>";

const text = z.optional(z.string());
const key = z.optional(z.string().check(z.regex(KEY, keyHint)));

/** Several values of a kind, with commas between. */
const list = <T extends z.core.$ZodType<unknown, string>>(part: T) => {
  const parts = z.pipe(
    z.string(),
    z.transform((whole: string) => whole.split(",").map((text) => text.trim())),
  );
  return z.optional(z.pipe(parts, z.array(part)));
};

const servicesHint = 'set it to JSON such as {"openai":{"kind":"openai","secret":"…"}}';

const ServicesSchema = z.record(
  z.string(),
  z.strictObject({
    /** `openai` speaks to OpenAI's moderation endpoint; the others are sent `{ text, room }` and answer `{ scores }`. */
    kind: z.optional(z.enum(["openai", "scores"])),
    url: z.optional(z.url()),
    secret: z.optional(z.string()),
    model: z.optional(z.string()),
  }),
  servicesHint,
);

/** Classifiers of others, by the names that policies use. */
export type Services = z.infer<typeof ServicesSchema>;

/** Every variable that the function reads. */
export const Variables = z
  .object({
    ABLY_PUBLISH_KEY: key,
    ABLY_API_KEY: key,
    ABLY_SIGNING_KEY: list(z.string().check(z.regex(KEY, `${keyHint}, or to two of them with a comma between`))),
    WEBHOOK_SECRET: list(
      z
        .string()
        .check(
          z.minLength(8, "set it to a random string of 8 characters or more, or to two of them with a comma between"),
        ),
    ),
    ABLY_ENDPOINT: text,
    ABLY_PORT: z.optional(z.string().check(z.regex(/^[1-9]\d{0,4}$/, "set it to a port number"))),
    ABLY_TLS: z.optional(z.enum(["true", "false"], "set it to true or false")),
    BANNED_WORDS: text,
    ALLOWED_WORDS: text,
    QUARANTINE_URL: z.optional(
      z.string().check(z.regex(/^(https?:\/\/|file:)./, "set it to the URL of an SQS queue or to a file: URL")),
    ),
    WEBHOOK_RULES: z.optional(z.enum(["one", "both"], "set it to one or both")),
    MAX_MESSAGE_LENGTH: z.optional(z.string().check(z.regex(/^[1-9]\d{0,4}$/, "set it to a number from 1 to 99999"))),
    STORE_TABLE: z.optional(z.string().check(z.regex(/^[\w.-]{3,255}$/, "set it to the name of a DynamoDB table"))),
    STORE_ENDPOINT: z.optional(z.url("set it to the URL of something that speaks DynamoDB's API")),
    MODERATION_SERVICES: z.optional(z.pipe(z.pipe(z.string(), z.transform(parseJson)), ServicesSchema)),
  })
  .check(
    z.refine((v) => v.ABLY_PUBLISH_KEY !== undefined || v.ABLY_API_KEY !== undefined, {
      path: ["ABLY_PUBLISH_KEY"],
      message: "set it to the key that publishes moderated messages",
    }),
    z.refine((v) => v.ABLY_SIGNING_KEY !== undefined || v.WEBHOOK_SECRET !== undefined, {
      path: ["ABLY_SIGNING_KEY"],
      message: "set it to the key that signs the rule's requests, or set WEBHOOK_SECRET",
    }),
    z.refine(
      (v) => v.WEBHOOK_RULES !== "both" || (v.ABLY_SIGNING_KEY !== undefined && v.WEBHOOK_SECRET !== undefined),
      {
        path: ["WEBHOOK_RULES"],
        message: "both needs ABLY_SIGNING_KEY for the batch rule and WEBHOOK_SECRET for the single one",
      },
    ),
  );

/**
 * Read the function's configuration. Throws one error that names every variable to correct and never a value.
 *
 * The publishing key needs exactly `{"chat:to-clients": ["publish","history"], "chat:to-clients:*": ["publish","history"],
 * "chat:notices:*": ["publish"], "desk:live": ["publish"]}`; `history` lets it see whether a late redelivery was published before.
 */
export function parseFunctionConfig(env: Environment): FunctionConfig {
  const result = z.safeParse(Variables, withoutBlanks(env));
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${String(issue.path[0] ?? "environment")}: ${issue.message}`);
    throw new Error(`unable to configure the function; ${[...new Set(problems)].join("; ")}`);
  }
  const v = result.data;
  const store = storeIn(env);
  const endpoint = v.ABLY_ENDPOINT !== undefined || v.ABLY_PORT !== undefined || v.ABLY_TLS !== undefined;
  return {
    publishKey: v.ABLY_PUBLISH_KEY ?? v.ABLY_API_KEY ?? "",
    signingKeys: (v.ABLY_SIGNING_KEY ?? []).map(splitKey),
    webhookSecrets: v.WEBHOOK_SECRET ?? [],
    textLength: v.MAX_MESSAGE_LENGTH === undefined ? limits.textLength : Number(v.MAX_MESSAGE_LENGTH),
    ...(v.WEBHOOK_RULES === "both" && { batchFollows: true }),
    ...(endpoint && {
      endpoint: {
        tls: v.ABLY_TLS !== "false",
        ...(v.ABLY_ENDPOINT !== undefined && { host: v.ABLY_ENDPOINT }),
        ...(v.ABLY_PORT !== undefined && { port: Number(v.ABLY_PORT) }),
      },
    }),
    ...(v.BANNED_WORDS !== undefined && { bannedWords: v.BANNED_WORDS }),
    ...(v.ALLOWED_WORDS !== undefined && { allowedWords: v.ALLOWED_WORDS }),
    ...(store !== undefined && { store }),
    ...(v.MODERATION_SERVICES !== undefined && { services: v.MODERATION_SERVICES }),
    ...(v.QUARANTINE_URL !== undefined && { quarantine: quarantineAt(v.QUARANTINE_URL) }),
  };
}

/** The store that an environment names. */
export function storeIn(env: Environment): FunctionConfig["store"] {
  const { STORE_TABLE: table, STORE_ENDPOINT: endpoint } = withoutBlanks(env);
  return table === undefined ? undefined : { table, ...(endpoint !== undefined && { endpoint }) };
}

/** A variable that is set to nothing is not set, and only our own variables are looked at. */
const withoutBlanks = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const trimmed = value?.trim() ?? "";
      return trimmed === "" ? [] : [[name, trimmed]];
    }),
  );

function splitKey(whole: string): SigningKey {
  const colon = whole.indexOf(":");
  return { name: whole.slice(0, colon), secret: whole.slice(colon + 1) };
}

/** `file:quarantine.jsonl` is taken from the working directory, `file:///var/quarantine.jsonl` as it is. */
function quarantineAt(url: string): NonNullable<FunctionConfig["quarantine"]> {
  if (!url.startsWith("file:")) return { kind: "sqs", url };
  return { kind: "file", path: url.startsWith("file:/") ? fileURLToPath(url) : resolve(url.slice("file:".length)) };
}
