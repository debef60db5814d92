/** `npm run ably:setup`, against a Control API of its own. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { isInbound } from "../../../lambda/channels.ts";
import { accessTo, setUp } from "../../../lambda/deploy/ably-setup.ts";
import { type ControlApi, createControlApi } from "../../../lambda/deploy/control-api.ts";
import { KEYS } from "../../../lambda/keys.ts";
import { APP, ControlStandIn, TOKEN } from "./control-stand-in.ts";

const URL_OF_FUNCTION = "https://abc.lambda-url.eu-west-1.on.aws/";
const options = { url: URL_OF_FUNCTION, dryRun: false };

let standIn: ControlStandIn;
let api: ControlApi;

beforeEach(async () => {
  standIn = new ControlStandIn();
  api = createControlApi({ token: TOKEN, appId: APP, baseUrl: await standIn.start() });
});

afterEach(() => standIn.close());

test.each([
  ["--app", "mine", { ABLY_APP_ID: "other" }, "mine"],
  ["ABLY_APP_ID", undefined, { ABLY_APP_ID: "other", ABLY_API_KEY: "third.key:secret" }, "other"],
  [
    "ABLY_API_KEY, where ABLY_APP_ID is blank",
    undefined,
    { ABLY_APP_ID: "", ABLY_API_KEY: "third.key:secret" },
    "third",
  ],
])("takes the app from %s", (_what, app, env, appId) => {
  const given = { ABLY_ACCESS_TOKEN: "token", ABLY_CONTROL_URL: "", ...env };
  expect(accessTo(app, given)).toEqual({ token: "token", appId, baseUrl: undefined });
});

test("says what to set when no app is named, or no token", () => {
  const blank = { ABLY_ACCESS_TOKEN: "token", ABLY_APP_ID: "", ABLY_API_KEY: "" };
  expect(() => accessTo(undefined, blank)).toThrow("unable to set up Ably; set ABLY_APP_ID or pass --app");
  expect(() => accessTo("mine", { ...blank, ABLY_ACCESS_TOKEN: "" })).toThrow("set ABLY_ACCESS_TOKEN");
});

test("makes four narrow keys, the persisted namespace and the signed batch rule", async () => {
  const { writes, variables } = await setUp(api, options);
  expect(writes).toHaveLength(6);
  expect(standIn.stored.keys).toMatchObject([
    { name: "asterism tokens", capability: KEYS.tokens.capability },
    {
      name: "asterism function",
      capability: {
        "chat:to-clients": ["history", "publish"],
        "chat:to-clients:*": ["history", "publish"],
        "chat:notices:*": ["publish"],
        "desk:live": ["publish"],
      },
    },
    { name: "asterism signing" },
    { name: "asterism desk", revocableTokens: true, capability: KEYS.desk.capability },
  ]);
  expect(standIn.stored.namespaces).toMatchObject([
    { id: "chat", persisted: true, batchingEnabled: false, mutableMessages: true },
  ]);
  expect(standIn.stored.rules).toMatchObject([
    {
      ruleType: "http",
      requestMode: "batch",
      status: "enabled",
      source: { channelFilter: "^chat:from-clients(:[a-z0-9-]+)?$", type: "channel.message" },
      target: { url: URL_OF_FUNCTION, format: "json", signingKeyId: standIn.stored.keys[2]?.id },
    },
  ]);
  expect([...variables]).toEqual([
    ["ABLY_API_KEY", "app1.id1:secret1"],
    ["ABLY_PUBLISH_KEY", "app1.id2:secret2"],
    ["ABLY_SIGNING_KEY", "app1.id3:secret3"],
    ["ABLY_DESK_KEY", "app1.id4:secret4"],
  ]);
});

test("writes nothing when it is run again", async () => {
  await setUp(api, options);
  standIn.writes.length = 0;
  const { writes, variables } = await setUp(api, options);
  expect(standIn.writes).toEqual([]);
  expect(writes).toEqual([]);
  expect(variables.get("ABLY_SIGNING_KEY")).toBe("app1.id3:secret3");
});

test("writes nothing in a dry run, and says what it would write", async () => {
  const { writes } = await setUp(api, { ...options, dryRun: true });
  expect(standIn.writes).toEqual([]);
  expect(writes).toEqual([
    'create key "asterism tokens"',
    'create key "asterism function"',
    'create key "asterism signing"',
    'create key "asterism desk"',
    'create namespace "chat", persisted, with updates and deletes',
    `create the batch rule from ^chat:from-clients(:[a-z0-9-]+)?$ to ${URL_OF_FUNCTION}`,
  ]);
});

test("leaves the rule out while there is no function yet, and adds it later", async () => {
  await setUp(api, { url: undefined, dryRun: false });
  expect(standIn.stored.rules).toEqual([]);
  expect((await setUp(api, options)).writes).toHaveLength(1);
});

test.each([
  [
    "a key that may do more",
    () => Object.assign(standIn.stored.keys[1] ?? {}, { capability: { "*": ["*"] } }),
    "PATCH keys/id2",
  ],
  [
    "a namespace that forgets",
    () => Object.assign(standIn.stored.namespaces[0] ?? {}, { persisted: false }),
    "PATCH namespaces/chat",
  ],
  [
    "a namespace that batches",
    () => Object.assign(standIn.stored.namespaces[0] ?? {}, { batchingEnabled: true }),
    "PATCH namespaces/chat",
  ],
  [
    "a namespace whose messages stay as they are",
    () => Object.assign(standIn.stored.namespaces[0] ?? {}, { mutableMessages: false }),
    "PATCH namespaces/chat",
  ],
  [
    "a rule in single mode",
    () => Object.assign(standIn.stored.rules[0] ?? {}, { requestMode: "single" }),
    "PATCH rules/id6",
  ],
  ["a rule that is off", () => Object.assign(standIn.stored.rules[0] ?? {}, { status: "disabled" }), "PATCH rules/id6"],
  [
    "an open filter",
    () => Object.assign(standIn.stored.rules[0]?.source ?? {}, { channelFilter: "chat" }),
    "PATCH rules/id6",
  ],
  [
    "an unsigned rule",
    () => Object.assign(standIn.stored.rules[0]?.target ?? {}, { signingKeyId: null }),
    "PATCH rules/id6",
  ],
  [
    "a rule to another place",
    () => Object.assign(standIn.stored.rules[0]?.target ?? {}, { url: "https://old.example/" }),
    "PATCH rules/id6",
  ],
])("corrects %s with one write", async (_what, spoil, write) => {
  await setUp(api, options);
  const before = JSON.stringify(standIn.stored);
  spoil();
  standIn.writes.length = 0;
  await setUp(api, options);
  expect(standIn.writes).toEqual([write]);
  expect(JSON.stringify(standIn.stored)).toBe(before);
});

test("does not use a key that was revoked", async () => {
  await setUp(api, options);
  Object.assign(standIn.stored.keys[1] ?? {}, { status: 1 });
  expect((await setUp(api, options)).writes).toEqual(['create key "asterism function"']);
});

test("leaves other rules alone", async () => {
  const other = {
    ruleType: "http",
    requestMode: "single",
    source: { channelFilter: "^news", type: "channel.message" },
  };
  await api.createRule({ ...other, target: { url: "https://other.example/", format: "json" } });
  await setUp(api, options);
  expect(standIn.stored.rules).toHaveLength(2);
  expect(standIn.stored.rules[0]).toMatchObject(other);
});

test("says what is wrong with the token and with the app", async () => {
  const other = new ControlStandIn();
  const baseUrl = await other.start();
  const wrongToken = createControlApi({ token: "no", appId: APP, baseUrl });
  const wrongApp = createControlApi({ token: TOKEN, appId: "no", baseUrl });
  await expect(setUp(wrongToken, options)).rejects.toThrow("unable to GET keys; the access token is not valid");
  await expect(setUp(wrongApp, options)).rejects.toThrow("unable to GET keys; Ably answered 404: App not found");
  other.close();
});

test.each([
  ["chat:from-clients", true],
  ["chat:from-clients:garden", true],
  ["xchat:from-clients", false],
  ["chat:from-clients-2", false],
  ["chat:to-clients", false],
])("has a filter that agrees with the function about %s", async (channel, matches) => {
  await setUp(api, options);
  const rule: Record<string, unknown> = standIn.stored.rules[0] ?? {};
  const { source } = rule;
  const filter = typeof source === "object" && source !== null && "channelFilter" in source ? source.channelFilter : "";
  expect(new RegExp(String(filter)).test(channel)).toBe(matches);
  expect(isInbound(channel)).toBe(matches);
});

test("makes a second rule for speed where there is a webhook secret, and leaves both alone when they are right", async () => {
  const both = { ...options, webhookSecret: "a-long-webhook-secret" };
  await setUp(api, both);
  expect(standIn.stored.rules).toMatchObject([
    { requestMode: "batch", target: { signingKeyId: standIn.stored.keys[2]?.id } },
    {
      requestMode: "single",
      status: "enabled",
      source: { channelFilter: "^chat:from-clients(:[a-z0-9-]+)?$", type: "channel.message" },
      target: {
        url: URL_OF_FUNCTION,
        enveloped: true,
        headers: [{ name: "x-webhook-secret", value: "a-long-webhook-secret" }],
      },
    },
  ]);
  expect((await setUp(api, both)).writes).toEqual([]);
});

test("corrects the single rule when the secret has changed, and not the batch rule", async () => {
  await setUp(api, { ...options, webhookSecret: "a-long-webhook-secret" });
  standIn.writes.length = 0;
  const { writes } = await setUp(api, { ...options, webhookSecret: "another-webhook-secret" });
  expect(writes).toEqual([`correct the single rule to ${URL_OF_FUNCTION}`]);
  expect(standIn.writes).toEqual(["PATCH rules/id7"]);
});
