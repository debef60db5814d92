/**
 * Local mode: the embedded broker's app, set up as a team would set up theirs at Ably. Three keys, as in production:
 * one mints tokens, a narrow one publishes for the function, one signs the rule's requests.
 */
import { randomBytes } from "node:crypto";
import { INBOUND_FILTER } from "../../lambda/channels.ts";
import { KEYS } from "../../lambda/keys.ts";
import type { AppSpec } from "../broker/index.ts";
import type { Backend, EnvironmentVariables } from "../config.ts";

export interface LocalSetup {
  readonly app: AppSpec;
  /** What the function's environment would hold in production. */
  readonly functionEnvironment: EnvironmentVariables;
}

const secret = () => randomBytes(24).toString("hex");

/**
 * The app of the embedded broker, its rule posting to `origin`/lambda, and the function's side of the keys. A signing key or
 * a secret of the environment is accepted beside the rule's own, so that one can knock at /lambda by hand.
 */
export function localSetup(
  backend: Extract<Backend, { mode: "local" }>,
  origin: URL,
  environment: EnvironmentVariables = {},
): LocalSetup {
  const [name = "", rootSecret = ""] = backend.key.split(":");
  const [appId = "", rootId = ""] = name.split(".");
  const publishing = { id: `${rootId}-publish`, secret: secret() };
  const signing = { id: `${rootId}-signing`, secret: secret() };
  const webhookSecret = environment.WEBHOOK_SECRET?.trim() || secret();
  const batch = backend.ruleMode === "batch";

  const app: AppSpec = {
    appId,
    keys: [
      { id: rootId, secret: rootSecret },
      { ...publishing, capability: KEYS.publishing.capability },
      { ...signing, capability: KEYS.signing.capability },
    ],
    namespaces: [{ id: "chat", persisted: true }],
    rules: [
      {
        id: "moderate",
        requestMode: backend.ruleMode,
        source: { type: "channel.message", channelFilter: INBOUND_FILTER },
        target: {
          url: new URL("/lambda", origin).href,
          format: "json",
          ...(batch
            ? { signingKeyId: signing.id }
            : { enveloped: true, headers: [{ name: "x-webhook-secret", value: webhookSecret }] }),
        },
        batchIntervalMs: backend.batchIntervalMs,
      },
    ],
  };
  const functionEnvironment = {
    ABLY_PUBLISH_KEY: `${appId}.${publishing.id}:${publishing.secret}`,
    ABLY_ENDPOINT: origin.hostname,
    ABLY_PORT: origin.port,
    ABLY_TLS: "false",
    ABLY_SIGNING_KEY: [batch ? `${appId}.${signing.id}:${signing.secret}` : "", environment.ABLY_SIGNING_KEY?.trim()]
      .filter(Boolean)
      .join(","),
    WEBHOOK_SECRET: batch ? environment.WEBHOOK_SECRET : webhookSecret,
  };
  return { app, functionEnvironment };
}
