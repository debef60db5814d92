/** Secrets from the parameter store: when they are read, and read again. */
import { expect, test } from "vitest";
import type { AwsCall } from "../../lambda/aws.ts";
import { createSecretSource } from "../../lambda/secrets.ts";

const ENV = { ABLY_PUBLISH_KEY_PARAMETER: "/a/publish", ABLY_SIGNING_KEY_PARAMETER: "/a/sign", BANNED_WORDS: "x" };

function start(values: Record<string, string>) {
  const inputs: unknown[] = [];
  const store = { works: true, now: 0, values };
  const call: AwsCall = async ({ target, input }) => {
    inputs.push([target, input]);
    if (!store.works) throw new Error("down");
    const found = Object.entries(store.values).map(([Name, Value]) => ({ Name, Value }));
    const names = ["/a/publish", "/a/sign"];
    return { Parameters: found, InvalidParameters: names.filter((name) => !(name in store.values)) };
  };
  return { inputs, store, source: createSecretSource(ENV, call, () => store.now) };
}

const VALUES = { "/a/publish": "app.pub:s", "/a/sign": "app.sig:s" };

test("is not there when the environment names no parameter", () => {
  expect(
    createSecretSource(
      { ABLY_API_KEY: "a.b:c" },
      async () => ({}),
      () => 0,
    ),
  ).toBeUndefined();
});

test("adds the secrets to the environment, with one decrypting call", async () => {
  const { source, inputs } = start(VALUES);
  expect(await source?.read()).toEqual({ ...ENV, ABLY_PUBLISH_KEY: "app.pub:s", ABLY_SIGNING_KEY: "app.sig:s" });
  expect(inputs).toEqual([["AmazonSSM.GetParameters", { Names: ["/a/publish", "/a/sign"], WithDecryption: true }]]);
});

test("asks again after five minutes, and keeps what it knows when there is no answer", async () => {
  const { source, store } = start(VALUES);
  await source?.read();
  expect(source?.read()).toBeUndefined();
  store.now = 300_000;
  store.values = { ...VALUES, "/a/sign": "app.new:s" };
  expect(await source?.read()).toMatchObject({ ABLY_SIGNING_KEY: "app.new:s" });
  store.now = 600_000;
  store.works = false;
  expect(await source?.read()).toMatchObject({ ABLY_SIGNING_KEY: "app.new:s" });
});

test("names a parameter that does not exist", async () => {
  const { source } = start({ "/a/publish": "app.pub:s" });
  await expect(source?.read()).rejects.toThrow("unable to read secrets; there is no parameter /a/sign");
});
