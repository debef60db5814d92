/**
 * Local mode: the embedded broker's app, set up as a team would set up theirs at Ably. Three keys, as in production:
 * one mints tokens, a narrow one publishes for the function, one signs the rule's requests.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { INBOUND_FILTER } from "../../lambda/channels.ts";
import { KEYS } from "../../lambda/keys.ts";
import type { AppSpec, RuleSpec } from "../broker/index.ts";
import { type Backend, type EnvironmentVariables, listOf } from "../config.ts";
import { deskSecret, type LocalSecrets } from "./secrets.ts";

export interface LocalSetup {
  readonly app: AppSpec;
  /** The desk's key. */
  readonly deskKey: string;
  /** Where the rules call the function. */
  readonly functionUrl: URL;
  /** What the function's environment would hold in production. */
  readonly functionEnvironment: EnvironmentVariables;
}

export interface LocalSetupOptions {
  readonly backend: Extract<Backend, { mode: "local" }>;
  readonly secrets: LocalSecrets;
  /** Where the server listens. */
  readonly origin: URL;
  readonly environment: EnvironmentVariables;
}

/**
 * The app of the embedded broker, its rules posting to `origin`/lambda, and the function's side of the keys. Signing keys and
 * webhook secrets of the environment are accepted beside the rules' own, so that one can knock at /lambda by hand.
 */
export function localSetup({ backend, secrets, origin, environment }: LocalSetupOptions): LocalSetup {
  const [name = "", rootSecret = ""] = (backend.key ?? secrets.key).split(":");
  const [appId = "", rootId = ""] = name.split(".");
  const publishing = { id: `${rootId}-publish`, secret: secrets.publishing };
  const signing = { id: `${rootId}-signing`, secret: secrets.signing };
  const desk = { id: `${rootId}-desk`, secret: deskSecret(secrets) };
  const webhookSecrets = listOf(environment.WEBHOOK_SECRET);
  const webhookSecret = webhookSecrets[0] ?? secrets.webhook;
  const isBatched = backend.ruleMode !== "single";
  const isSingle = backend.ruleMode !== "batch";
  const functionUrl = new URL("/lambda", origin);
  const rule = { url: functionUrl.href, signingKeyId: signing.id, webhookSecret };

  const app: AppSpec = {
    appId,
    keys: [
      { id: rootId, secret: rootSecret, revocableTokens: KEYS.tokens.revocable },
      { ...publishing, capability: KEYS.publishing.capability },
      { ...desk, capability: KEYS.desk.capability, revocableTokens: KEYS.desk.revocable },
      { ...signing, capability: KEYS.signing.capability },
    ],
    namespaces: [{ id: "chat", persisted: true, mutableMessages: true }],
    refusesUndeliverable: true, // an answer now is worth more than a notice later
    rules: [
      ...(isSingle ? [singleRule(rule)] : []),
      ...(isBatched ? [{ ...batchRule(rule), batchIntervalMs: backend.batchIntervalMs }] : []),
    ],
  };
  const functionEnvironment = {
    ABLY_PUBLISH_KEY: `${appId}.${publishing.id}:${publishing.secret}`,
    ABLY_ENDPOINT: origin.hostname,
    ABLY_PORT: origin.port,
    ABLY_TLS: "false",
    ABLY_SIGNING_KEY: [
      ...(isBatched ? [`${appId}.${signing.id}:${signing.secret}`] : []),
      ...listOf(environment.ABLY_SIGNING_KEY),
    ].join(","),
    QUARANTINE_URL: environment.QUARANTINE_URL?.trim() || quarantineIn(backend.dataFolder),
    WEBHOOK_SECRET: (isSingle && webhookSecrets.length === 0 ? [webhookSecret] : webhookSecrets).join(","),
    WEBHOOK_RULES: backend.ruleMode === "both" ? "both" : "one",
  };
  return { app, functionUrl, deskKey: `${appId}.${desk.id}:${desk.secret}`, functionEnvironment };
}

/** Does another rule bring what this one does not deliver? */
export const isMadeUpFor = (ruleId: string, { ruleMode }: LocalSetupOptions["backend"]): boolean =>
  ruleMode === "both" && ruleId === SINGLE_RULE;

interface RuleTarget {
  readonly url: string;
  readonly signingKeyId: string;
  readonly webhookSecret: string;
}

const SINGLE_RULE = "moderate-at-once";
const SOURCE = { type: "channel.message", channelFilter: INBOUND_FILTER } as const;

/** Each message at once, without order; the secret says who sends it. */
const singleRule = ({ url, webhookSecret }: RuleTarget): RuleSpec => ({
  id: SINGLE_RULE,
  requestMode: "single",
  source: SOURCE,
  target: { url, format: "json", enveloped: true, headers: [{ name: "x-webhook-secret", value: webhookSecret }] },
});

/** All messages in order, signed, and again until they were taken. */
const batchRule = ({ url, signingKeyId }: RuleTarget): RuleSpec => ({
  id: "moderate",
  requestMode: "batch",
  source: SOURCE,
  target: { url, format: "json", signingKeyId },
});

/** What cannot be delivered is kept in the data folder; who keeps nothing tells the sender and no more. */
const quarantineIn = (folder: string | undefined): string | undefined =>
  folder === undefined ? undefined : pathToFileURL(join(folder, "quarantine.jsonl")).href;
