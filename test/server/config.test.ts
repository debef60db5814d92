import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../server/config.ts";

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
  test("needs nothing: local mode on 127.0.0.1:3000 with a key of its own", () => {
    const config = parseConfig({});
    expect(config).toMatchObject({ host: "127.0.0.1", port: 3000, backend: { mode: "local", ruleMode: "batch" } });
    expect(config.backend.key).toMatch(/^[^.:]+\.[^.:]+:[^.:]+$/);
    expect(config.backend).toMatchObject({ batchIntervalMs: 1000 });
  });

  test("makes another local key at each start", () => {
    expect(parseConfig({}).backend.key).not.toBe(parseConfig({}).backend.key);
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
      servesFunction: false,
    });
  });

  test.each([{ ABLY_SIGNING_KEY: "app.sign:secret" }, { WEBHOOK_SECRET: "a-long-webhook-secret" }])(
    "serves the function beside an Ably key when %o protects it",
    (env) => {
      expect(parseConfig({ ABLY_API_KEY: "app.key:secret", ...env }).backend).toMatchObject({ servesFunction: true });
    },
  );

  test("derives the session secret from the key, the same each time and not the key itself", () => {
    const one = parseConfig({ ABLY_API_KEY: "app.key:secret" }).sessionSecret;
    expect(parseConfig({ ABLY_API_KEY: "app.key:secret" }).sessionSecret).toBe(one);
    expect(parseConfig({ ABLY_API_KEY: "app.key:other" }).sessionSecret).not.toBe(one);
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
    [{ LOCAL_RULE_MODE: "both" }, 'LOCAL_RULE_MODE must be "batch" or "single"'],
    [{ LOCAL_BATCH_INTERVAL_MS: "-1" }, "LOCAL_BATCH_INTERVAL_MS must be a whole number"],
  ])("refuses %o and says what to set", (env, sentence) => {
    expect(problem(env as Record<string, string>)).toContain(sentence);
  });

  test("reports all problems at once", () => {
    const message = problem({ PORT: "x", SESSION_SECRET: "short", LOCAL_RULE_MODE: "both" });
    expect(message.split("\n")).toHaveLength(4);
  });

  test("never repeats a secret", () => {
    expect(problem({ ABLY_API_KEY: "app.key:s3cr3t:s3cr3t", SESSION_SECRET: "hush" })).not.toMatch(/s3cr3t|hush/);
  });
});
