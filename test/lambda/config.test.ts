/** The function's configuration: what is read from the environment, and what is said about mistakes. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parseFunctionConfig } from "../../lambda/config.ts";

const least = { ABLY_API_KEY: "app.pub:secret", WEBHOOK_SECRET: "12345678" };

test("needs one key and one of the two secrets, and fills in the rest", () => {
  expect(parseFunctionConfig(least)).toEqual({
    publishKey: "app.pub:secret",
    signingKeys: [],
    webhookSecrets: ["12345678"],
    textLength: 2_000,
  });
});

test("prefers the publishing key to the general one", () => {
  expect(parseFunctionConfig({ ...least, ABLY_PUBLISH_KEY: "app.narrow:s" }).publishKey).toBe("app.narrow:s");
});

test("takes two signing keys while one replaces the other", () => {
  expect(parseFunctionConfig({ ABLY_API_KEY: "a.b:c", ABLY_SIGNING_KEY: "a.old:one, a.new:two" }).signingKeys).toEqual([
    { name: "a.old", secret: "one" },
    { name: "a.new", secret: "two" },
  ]);
});

test("takes two webhook secrets while one replaces the other", () => {
  const { webhookSecrets } = parseFunctionConfig({ ABLY_API_KEY: "a.b:c", WEBHOOK_SECRET: "new-secret, old-secret" });
  expect(webhookSecrets).toEqual(["new-secret", "old-secret"]);
});

test.each([
  [
    { ABLY_ENDPOINT: "127.0.0.1", ABLY_PORT: "3000", ABLY_TLS: "false" },
    { host: "127.0.0.1", port: 3000, tls: false },
  ],
  [{ ABLY_ENDPOINT: "broker.example" }, { host: "broker.example", tls: true }],
  [{ ABLY_PORT: "8443" }, { port: 8443, tls: true }],
])("points at another endpoint: %o", (env, endpoint) => {
  expect(parseFunctionConfig({ ...least, ...env }).endpoint).toEqual(endpoint);
});

test.each([
  ["file:kept.jsonl", { kind: "file", path: resolve("kept.jsonl") }],
  ["file:///var/kept.jsonl", { kind: "file", path: "/var/kept.jsonl" }],
  ["https://sqs.eu-west-1.amazonaws.com/1/q", { kind: "sqs", url: "https://sqs.eu-west-1.amazonaws.com/1/q" }],
])("keeps undeliverable messages at %s", (url, quarantine) => {
  expect(parseFunctionConfig({ ...least, QUARANTINE_URL: url }).quarantine).toEqual(quarantine);
});

test("takes a blank variable for one that is not set", () => {
  expect(parseFunctionConfig({ ...least, BANNED_WORDS: "  ", ABLY_SIGNING_KEY: "" })).toEqual(
    parseFunctionConfig(least),
  );
});

test("names every variable to correct in one sentence, and no value", () => {
  const wrong = {
    ABLY_PUBLISH_KEY: "hunter2",
    ABLY_SIGNING_KEY: "a.b:c,hunter2",
    WEBHOOK_SECRET: "short",
    ABLY_PORT: "70a",
    ABLY_TLS: "yes",
    QUARANTINE_URL: "hunter2",
    MAX_MESSAGE_LENGTH: "0",
  };
  expect(() => parseFunctionConfig(wrong)).toThrowErrorMatchingInlineSnapshot(
    `[Error: unable to configure the function; ABLY_PUBLISH_KEY: set it to a whole key, <app>.<id>:<secret>; ABLY_SIGNING_KEY: set it to a whole key, <app>.<id>:<secret>, or to two of them with a comma between; WEBHOOK_SECRET: set it to a random string of 8 characters or more, or to two of them with a comma between; ABLY_PORT: set it to a port number; ABLY_TLS: set it to true or false; QUARANTINE_URL: set it to the URL of an SQS queue or to a file: URL; MAX_MESSAGE_LENGTH: set it to a number from 1 to 99999]`,
  );
  expect(() => parseFunctionConfig({})).toThrowErrorMatchingInlineSnapshot(
    `[Error: unable to configure the function; ABLY_PUBLISH_KEY: set it to the key that publishes moderated messages; ABLY_SIGNING_KEY: set it to the key that signs the rule's requests, or set WEBHOOK_SECRET]`,
  );
});

test("needs a way to verify both rules where there are two", () => {
  const both = { ABLY_PUBLISH_KEY: "app.key:secret", ABLY_SIGNING_KEY: "app.sign:secret", WEBHOOK_RULES: "both" };
  expect(() => parseFunctionConfig(both)).toThrow("WEBHOOK_RULES: both needs ABLY_SIGNING_KEY for the batch rule");
  const config = parseFunctionConfig({ ...both, WEBHOOK_SECRET: "a-long-webhook-secret" });
  expect(config.batchFollows).toBe(true);
  expect(parseFunctionConfig({ ...both, WEBHOOK_RULES: "one" }).batchFollows).toBeUndefined();
});
