/** The environment: what is read, and the sentences about what is wrong. */
import { describe, expect, test } from "vitest";
import { reservedNames } from "../../lambda/policy/names.ts";
import { ConfigError, parseConfig, sessionSecretFrom } from "../../server/config.ts";

/** The message that stops the start. */
function problem(env: Record<string, string>): string {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("parseConfig", () => {
  test("needs nothing: local mode on 127.0.0.1:3000 with what it keeps in .asterism", () => {
    expect(parseConfig({})).toEqual({
      host: "127.0.0.1",
      port: 3000,
      metricsPort: undefined,
      alerts: undefined,
      sessionSecrets: [],
      allowedHosts: [],
      embedOrigins: [],
      proxies: undefined,
      reservedNames: reservedNames(),
      maxMessageLength: 2000,
      backend: { mode: "local", key: undefined, dataFolder: ".asterism", ruleMode: "both", batchIntervalMs: 1000 },
      servesFunction: true,
    });
  });

  test("keeps nothing when LOCAL_DATA is memory", () => {
    expect(parseConfig({ LOCAL_DATA: "memory" }).backend).toMatchObject({ dataFolder: undefined });
  });

  test("at Ably answers to any name until some are listed", () => {
    expect(parseConfig({ ABLY_API_KEY: "a.b:c" }).allowedHosts).toBeUndefined();
    const config = parseConfig({ ABLY_API_KEY: "a.b:c", ALLOWED_HOSTS: "chat.example.org, 10.0.0.5" });
    expect(config.allowedHosts).toEqual(["chat.example.org", "10.0.0.5"]);
  });

  test("reads the proxies that may say who the visitor is", () => {
    const list = "loopback, 10.0.0.0/8, 192.168.1.7, fd00::/8";
    expect(parseConfig({ TRUST_PROXY: list }).proxies).toEqual(["loopback", "10.0.0.0/8", "192.168.1.7", "fd00::/8"]);
  });

  test("takes two session secrets, the new one first", () => {
    const secrets = parseConfig({ SESSION_SECRET: "the-new-secret-16, the-old-secret-16" }).sessionSecrets;
    expect(secrets).toEqual(["the-new-secret-16", "the-old-secret-16"]);
  });

  test("takes a blank variable for an unset one", () => {
    expect(parseConfig({ ABLY_API_KEY: "", PORT: " " })).toMatchObject({ port: 3000, backend: { mode: "local" } });
  });

  test("reads Ably mode and another endpoint", () => {
    const config = parseConfig({
      ABLY_API_KEY: "app.key:secret",
      ABLY_ENDPOINT: "broker.test",
      ABLY_PORT: "8080",
      ABLY_TLS: "false",
    });
    expect(config.backend).toEqual({
      mode: "ably",
      key: "app.key:secret",
      endpoint: { host: "broker.test", port: 8080, tls: false },
    });
    expect(config.servesFunction).toBe(false);
  });

  test.each([{ ABLY_SIGNING_KEY: "app.sign:secret" }, { WEBHOOK_SECRET: "a-long-webhook-secret" }])(
    "serves the function beside an Ably key when %o protects it",
    (env) => {
      expect(parseConfig({ ABLY_API_KEY: "app.key:secret", ...env }).servesFunction).toBe(true);
    },
  );

  test("derives the session secret from the key, the same each time and not the key itself", () => {
    const one = sessionSecretFrom("app.key:secret");
    expect(sessionSecretFrom("app.key:secret")).toBe(one);
    expect(sessionSecretFrom("app.key:other")).not.toBe(one);
    expect(one).not.toContain("secret");
  });

  test.each([
    [{ PORT: "80a" }, "PORT must be a whole number from 0 to 65535"],
    [{ PORT: "70000" }, "PORT must be a whole number from 0 to 65535"],
    [{ ABLY_API_KEY: "not a key" }, "ABLY_API_KEY is not an Ably key"],
    [{ ABLY_API_KEY: "app.key" }, "<appId>.<keyId>:<secret>"],
    [{ LOCAL_ABLY_KEY: "local" }, "LOCAL_ABLY_KEY is not an Ably key"],
    [{ ABLY_API_KEY: "a.b:c", ABLY_ENDPOINT: "http://x/" }, "ABLY_ENDPOINT must be a host name alone"],
    [{ ABLY_ENDPOINT: "broker.test" }, "ABLY_ENDPOINT is set without ABLY_API_KEY"],
    [{ ABLY_API_KEY: "a.b:c", ABLY_PORT: "1" }, "ABLY_PORT and ABLY_TLS belong to ABLY_ENDPOINT"],
    [{ ABLY_API_KEY: "a.b:c", ABLY_ENDPOINT: "h.i", ABLY_TLS: "yes" }, 'ABLY_TLS must be "true" or "false"'],
    [{ SESSION_SECRET: "short" }, "SESSION_SECRET must have at least 16 characters"],
    [{ SESSION_SECRET: "long-enough-for-one,short" }, "SESSION_SECRET must have at least 16 characters"],
    [{ ALLOWED_HOSTS: "chat.example.org:3000" }, "ALLOWED_HOSTS must be host names without ports"],
    [{ ALLOWED_HOSTS: "," }, "ALLOWED_HOSTS must be host names without ports"],
    [{ TRUST_PROXY: "true" }, "TRUST_PROXY must be addresses of proxies"],
    [{ TRUST_PROXY: "10.0.0.0/33" }, "TRUST_PROXY must be addresses of proxies"],
    [{ TRUST_PROXY: "10.0.0.0/8/8" }, "TRUST_PROXY must be addresses of proxies"],
    [{ OIDC_ISSUER: "http://idp.example" }, "OIDC_ISSUER must be an https: address"],
    [{ OIDC_ISSUER: "https://idp.example" }, "OIDC_CLIENT_SECRET belong together"],
    [{ SIGN_IN: "yes" }, 'SIGN_IN must be "off", "optional" or "required"'],
    [{ SIGN_IN: "required" }, "SIGN_IN is required without a provider"],
    [{ MODERATORS: "ana@example.com" }, "MODERATORS is set without a provider"],
    [{ MODERATORS: "Ana" }, "MODERATORS must be e-mail addresses"],
    [{ PERSON_SECRET: "short" }, "PERSON_SECRET must have at least 16 characters"],
    [{ LOCAL_RULE_MODE: "all" }, 'LOCAL_RULE_MODE must be "both", "batch" or "single"'],
    [{ LOCAL_BATCH_INTERVAL_MS: "-1" }, "LOCAL_BATCH_INTERVAL_MS must be a whole number"],
  ])("refuses %o and says what to set", (env, sentence) => {
    expect(problem(env as Record<string, string>)).toContain(sentence);
  });

  test("reports all problems at once", () => {
    const message = problem({ PORT: "x", SESSION_SECRET: "short", LOCAL_RULE_MODE: "all" });
    expect(message.split("\n")).toHaveLength(4);
  });

  test("never repeats a secret", () => {
    expect(problem({ ABLY_API_KEY: "app.key:s3cr3t:s3cr3t", SESSION_SECRET: "hush" })).not.toMatch(/s3cr3t|hush/);
  });
});
