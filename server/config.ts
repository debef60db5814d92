/**
 * The server's environment, parsed once. Every problem is reported in one message that names what to set;
 * no message repeats a secret's value.
 */
import { createHmac, randomBytes } from "node:crypto";
import * as z from "zod";
import { limits } from "../lambda/limits.ts";

/** Thrown with a message made for the person who starts the server. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** An Ably-compatible endpoint other than Ably's cloud. */
export interface Endpoint {
  readonly host: string;
  readonly port?: number;
  readonly tls: boolean;
}

export type Backend =
  | { readonly mode: "ably"; readonly key: string; readonly endpoint?: Endpoint; readonly servesFunction: boolean }
  | {
      readonly mode: "local";
      readonly key: string;
      readonly ruleMode: "batch" | "single";
      readonly batchIntervalMs: number;
    };

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly sessionSecret: string;
  /** Characters in one message, as the function counts them. */
  readonly maxMessageLength: number;
  readonly backend: Backend;
}

const KEY = /^[^.:\s]+\.[^.:\s]+:[^:.\s]+$/;
const keyText = (name: string) =>
  z.string().regex(KEY, `${name} is not an Ably key; set it to the whole key, <appId>.<keyId>:<secret>`);
const wholeNumber = (name: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `${name} must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `${name} must be a whole number from ${min} to ${max}`);

const Environment = z
  .object({
    PORT: wholeNumber("PORT", 0, 65_535).default(3000),
    HOST: z.string().default("127.0.0.1"),
    ABLY_API_KEY: keyText("ABLY_API_KEY").optional(),
    ABLY_ENDPOINT: z
      .string()
      .regex(/^[a-zA-Z0-9.:_-]+$/, "ABLY_ENDPOINT must be a host name alone; the port goes into ABLY_PORT")
      .optional(),
    ABLY_PORT: wholeNumber("ABLY_PORT", 1, 65_535).optional(),
    ABLY_TLS: z.enum(["true", "false"], 'ABLY_TLS must be "true" or "false"').optional(),
    SESSION_SECRET: z
      .string()
      .min(16, "SESSION_SECRET must have at least 16 characters; a random one is best")
      .optional(),
    LOCAL_ABLY_KEY: keyText("LOCAL_ABLY_KEY").optional(),
    LOCAL_RULE_MODE: z.enum(["batch", "single"], 'LOCAL_RULE_MODE must be "batch" or "single"').default("batch"),
    LOCAL_BATCH_INTERVAL_MS: wholeNumber("LOCAL_BATCH_INTERVAL_MS", 0, 60_000).default(1000),
    MAX_MESSAGE_LENGTH: wholeNumber("MAX_MESSAGE_LENGTH", 1, 99_999).default(limits.textLength),
    ABLY_SIGNING_KEY: z.string().optional(),
    WEBHOOK_SECRET: z.string().optional(),
  })
  .superRefine((env, context) => {
    if (env.ABLY_ENDPOINT !== undefined && env.ABLY_API_KEY === undefined) {
      context.addIssue("ABLY_ENDPOINT is set without ABLY_API_KEY; set the key of that endpoint, or neither");
    }
    if (env.ABLY_ENDPOINT === undefined && (env.ABLY_PORT !== undefined || env.ABLY_TLS !== undefined)) {
      context.addIssue("ABLY_PORT and ABLY_TLS belong to ABLY_ENDPOINT; set ABLY_ENDPOINT too, or neither");
    }
  });

/** What a process environment looks like. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset: that is how `.env` files switch things off. */
export function withoutBlanks(env: EnvironmentVariables): Record<string, string> {
  const pairs = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ""));
}

/** The values of a variable that takes several with commas between. */
export const listOf = (value: string | undefined): string[] =>
  (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The local root key of this run when nobody chose one. */
function randomKey(): string {
  return `local.${randomBytes(4).toString("hex")}:${randomBytes(24).toString("hex")}`;
}

/**
 * Reads the configuration.
 * @throws ConfigError listing every problem, one a line.
 */
export function parseConfig(environment: EnvironmentVariables): Config {
  const parsed = Environment.safeParse(withoutBlanks(environment));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  - ${issue.message}`);
    throw new ConfigError(`The configuration cannot be used:\n${problems.join("\n")}`);
  }
  const env = parsed.data;
  const backend: Backend =
    env.ABLY_API_KEY === undefined
      ? {
          mode: "local",
          key: env.LOCAL_ABLY_KEY ?? randomKey(),
          ruleMode: env.LOCAL_RULE_MODE,
          batchIntervalMs: env.LOCAL_BATCH_INTERVAL_MS,
        }
      : {
          mode: "ably",
          key: env.ABLY_API_KEY,
          ...(env.ABLY_ENDPOINT === undefined ? {} : { endpoint: endpointOf(env.ABLY_ENDPOINT, env) }),
          servesFunction: env.ABLY_SIGNING_KEY !== undefined || env.WEBHOOK_SECRET !== undefined,
        };
  const sessionSecret =
    env.SESSION_SECRET ?? createHmac("sha256", backend.key).update("asterism identity cookie").digest("base64url");
  return { host: env.HOST, port: env.PORT, sessionSecret, maxMessageLength: env.MAX_MESSAGE_LENGTH, backend };
}

function endpointOf(host: string, env: { ABLY_PORT?: number | undefined; ABLY_TLS?: string | undefined }): Endpoint {
  const tls = env.ABLY_TLS !== "false";
  return env.ABLY_PORT === undefined ? { host, tls } : { host, tls, port: env.ABLY_PORT };
}
