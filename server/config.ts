/**
 * The server's environment, parsed once. Every problem is reported in one message that names what to set;
 * no message repeats a secret's value.
 */
import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import * as z from "zod";
import { limits } from "../lambda/limits.ts";
import { reservedNames } from "../lambda/policy/names.ts";
import type { AlertSettings } from "./alerts.ts";
import { limits as serverLimits } from "./limits.ts";

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
  | { readonly mode: "ably"; readonly key: string; readonly endpoint?: Endpoint }
  | {
      readonly mode: "local";
      /** The embedded broker's root key when somebody chose one. */
      readonly key: string | undefined;
      /** The folder of what outlives a restart; undefined keeps nothing. */
      readonly dataFolder: string | undefined;
      /** How the rules call the function: at once, or in batches, or both, of which the second makes sure. */
      readonly ruleMode: "both" | "batch" | "single";
      readonly batchIntervalMs: number;
    };

/** The OpenID Connect provider, and who needs it for what. */
export interface SignInConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The secret that makes persons of accounts. */
  readonly personSecret: string;
  readonly visitors: "off" | "optional" | "required";
  /** E-mail addresses of moderators, in lower case. */
  readonly moderators: readonly string[];
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where Prometheus finds the figures; undefined serves none. */
  readonly metricsPort: number | undefined;
  /** Where moderators are told that something waits; undefined tells nobody. */
  readonly alerts: AlertSettings | undefined;
  /** The first signs the identity cookie, the others are still believed; derived from the key when there is none. */
  readonly sessionSecrets: readonly string[];
  /** Names that the server answers to besides its own; undefined answers to any. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Proxies that may say who the visitor is; undefined when nobody named any. */
  readonly proxies: readonly string[] | undefined;
  /** Sites that may show the chat in a frame. */
  readonly embedOrigins: readonly string[];
  /** Names that nobody may have, because they would be taken for somebody else. */
  readonly reservedNames: readonly string[];
  /** Characters in one message, as the function counts them. */
  readonly maxMessageLength: number;
  readonly backend: Backend;
  /** How people sign in; undefined where nobody can. */
  readonly signIn: SignInConfig | undefined;
  /** What moderators do at Ably is done with this key; local mode has one of its own. */
  readonly deskKey: string | undefined;
  /** Whether /lambda is served: always in local mode, beside an Ably key only when something protects it. */
  readonly servesFunction: boolean;
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

/** The values of a variable that takes several with commas between. */
export const listOf = (value: string | undefined): string[] =>
  (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** A variable that takes several values; each must match. */
const listText = (isRight: (part: string) => boolean, message: string) =>
  z
    .string()
    .transform(listOf)
    .refine((parts) => parts.length > 0 && parts.every(isRight), message);

const isHostName = (text: string): boolean => /^[a-z0-9._-]+$/i.test(text) || isIP(text) !== 0;

/** An address, a range of them (`10.0.0.0/8`), or one of the names that `proxy-addr` knows. */
function isProxy(text: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(text)) return true;
  const [address = "", bits, more] = text.split("/");
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  return (
    version !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

/** Names of this machine, as they stand in addresses. */
export const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Can nobody read along on the way there? */
const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && LOOPBACK.includes(hostname));

/** Is this the address of a provider? Without TLS whoever listens on the way could pass for anybody. */
const isIssuer = (text: string): boolean => URL.canParse(text) && isPrivate(new URL(text));

/** A site by its origin, as browsers write it; one without TLS on this machine alone. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.origin === text && !url.hostname.includes("*") && isPrivate(url);
}

/**
 * Is this an address for alerts? It holds a secret, so it needs TLS; an address with a user in it cannot be fetched.
 */
function isWebhook(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username + url.password === "" && isPrivate(url);
}

/** Every variable that the server reads. */
export const Environment = z
  .object({
    PORT: wholeNumber("PORT", 0, 65_535).default(3000),
    METRICS_PORT: wholeNumber("METRICS_PORT", 0, 65_535).optional(),
    HOST: z.string().default("127.0.0.1"),
    ALERT_WEBHOOK_URL: z
      .string()
      .refine(isWebhook, "ALERT_WEBHOOK_URL must be a whole https:// address (http:// on this machine alone)")
      .optional(),
    ALERT_TEXT: z.enum(["true", "false"], 'ALERT_TEXT must be "true" or "false"').optional(),
    ABLY_API_KEY: keyText("ABLY_API_KEY").optional(),
    ABLY_DESK_KEY: keyText("ABLY_DESK_KEY").optional(),
    ABLY_ENDPOINT: z
      .string()
      .regex(/^[a-zA-Z0-9.:_-]+$/, "ABLY_ENDPOINT must be a host name alone; the port goes into ABLY_PORT")
      .optional(),
    ABLY_PORT: wholeNumber("ABLY_PORT", 1, 65_535).optional(),
    ABLY_TLS: z.enum(["true", "false"], 'ABLY_TLS must be "true" or "false"').optional(),
    SESSION_SECRET: listText(
      (secret) => secret.length >= 16,
      "SESSION_SECRET must have at least 16 characters, each of two with a comma between; a random one is best",
    ).optional(),
    ALLOWED_HOSTS: listText(
      isHostName,
      "ALLOWED_HOSTS must be host names without ports, with commas between",
    ).optional(),
    TRUST_PROXY: listText(
      isProxy,
      "TRUST_PROXY must be addresses of proxies, ranges such as 10.0.0.0/8, or loopback, with commas between",
    ).optional(),
    EMBED_ORIGINS: listText(
      isOrigin,
      "EMBED_ORIGINS must be origins such as https://www.example.org, without a path, with commas between (http:// on this machine alone)",
    )
      .refine(
        (all) => all.length <= serverLimits.embedOrigins,
        `EMBED_ORIGINS must be ${serverLimits.embedOrigins} origins at most`,
      )
      .optional(),
    RESERVED_NAMES: z.string().optional(),
    OIDC_ISSUER: z.string().refine(isIssuer, "OIDC_ISSUER must be an https: address, or http: on loopback").optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: z.string().optional(),
    PERSON_SECRET: z
      .string()
      .min(16, "PERSON_SECRET must have at least 16 characters; a random one is best")
      .optional(),
    SIGN_IN: z.enum(["off", "optional", "required"], 'SIGN_IN must be "off", "optional" or "required"').default("off"),
    MODERATORS: listText(
      (address) => /^[\p{L}\p{N}.+_'-]+@[\p{L}\p{N}.-]+$/u.test(address) && address.length <= 100,
      "MODERATORS must be e-mail addresses with commas between",
    ).optional(),
    LOCAL_DATA: z.string().default(".asterism"),
    LOCAL_ABLY_KEY: keyText("LOCAL_ABLY_KEY").optional(),
    LOCAL_RULE_MODE: z
      .enum(["both", "batch", "single"], 'LOCAL_RULE_MODE must be "both", "batch" or "single"')
      .default("both"),
    LOCAL_BATCH_INTERVAL_MS: wholeNumber("LOCAL_BATCH_INTERVAL_MS", 0, 60_000).default(1000),
    MAX_MESSAGE_LENGTH: wholeNumber("MAX_MESSAGE_LENGTH", 1, 99_999).default(limits.textLength),
    ABLY_SIGNING_KEY: z.string().optional(),
    WEBHOOK_SECRET: z.string().optional(),
  })
  .superRefine((env, context) => {
    const oidc = [env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET].filter((value) => value !== undefined);
    if (oidc.length === 1 || oidc.length === 2) {
      context.addIssue("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together; set all three, or none");
    }
    if (oidc.length === 0 && env.SIGN_IN !== "off") {
      context.addIssue(`SIGN_IN is ${env.SIGN_IN} without a provider; set OIDC_ISSUER too, or SIGN_IN to off`);
    }
    if (oidc.length === 0 && env.MODERATORS !== undefined) {
      context.addIssue(
        "MODERATORS is set without a provider, which verifies addresses; set OIDC_ISSUER too, or neither",
      );
    }
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
  return {
    host: env.HOST,
    port: env.PORT,
    metricsPort: env.METRICS_PORT,
    alerts:
      env.ALERT_WEBHOOK_URL === undefined
        ? undefined
        : { url: env.ALERT_WEBHOOK_URL, withText: env.ALERT_TEXT === "true" },
    sessionSecrets: env.SESSION_SECRET ?? [],
    // At Ably nothing on this port is worth an attack by a rebound name, so any name is answered unless some are named.
    allowedHosts: env.ALLOWED_HOSTS ?? (env.ABLY_API_KEY === undefined ? [] : undefined),
    proxies: env.TRUST_PROXY,
    embedOrigins: env.EMBED_ORIGINS ?? [],
    reservedNames: reservedNames(env.RESERVED_NAMES),
    maxMessageLength: env.MAX_MESSAGE_LENGTH,
    backend: backendOf(env),
    signIn: signInOf(env),
    deskKey: env.ABLY_DESK_KEY,
    servesFunction: [env.ABLY_API_KEY === undefined, env.ABLY_SIGNING_KEY, env.WEBHOOK_SECRET].some(Boolean),
  };
}

function signInOf(env: z.infer<typeof Environment>): SignInConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  const moderators = (env.MODERATORS ?? []).map((address) => address.toLowerCase());
  const personSecret = env.PERSON_SECRET ?? clientSecret;
  return { issuer, clientId, clientSecret, personSecret, visitors: env.SIGN_IN, moderators };
}

function backendOf(env: z.infer<typeof Environment>): Backend {
  if (env.ABLY_API_KEY === undefined) {
    return {
      mode: "local",
      key: env.LOCAL_ABLY_KEY,
      dataFolder: env.LOCAL_DATA === "memory" ? undefined : env.LOCAL_DATA,
      ruleMode: env.LOCAL_RULE_MODE,
      batchIntervalMs: env.LOCAL_BATCH_INTERVAL_MS,
    };
  }
  return {
    mode: "ably",
    key: env.ABLY_API_KEY,
    ...(env.ABLY_ENDPOINT === undefined ? {} : { endpoint: endpointOf(env.ABLY_ENDPOINT, env) }),
  };
}

/** The secret that signs identity cookies when nobody chose one: it changes with the key. */
export const sessionSecretFrom = (key: string): string =>
  createHmac("sha256", key).update("asterism identity cookie").digest("base64url");

function endpointOf(host: string, env: { ABLY_PORT?: number | undefined; ABLY_TLS?: string | undefined }): Endpoint {
  const tls = env.ABLY_TLS !== "false";
  return env.ABLY_PORT === undefined ? { host, tls } : { host, tls, port: env.ABLY_PORT };
}
