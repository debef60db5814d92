/** The policy behind other doors: events as Ably Chat and Amazon IVS Chat document them, answered as they ask to be. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { ablyChatLambda, ablyChatWebhook } from "../../../lambda/adapters/ably-chat.ts";
import { ivsChatHandler } from "../../../lambda/adapters/ivs-chat.ts";
import { createReviewer, type Reviewer } from "../../../lambda/adapters/review.ts";
import { fixedModeration, followStore, type Moderation } from "../../../lambda/moderation-in-force.ts";
import { policyForWords } from "../../../lambda/policy/default-policy.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore } from "../../../lambda/store/store.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { policyOf } from "../helpers/moderation.ts";
import { eventOf } from "../helpers/requests.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/doors/${name}.json`, import.meta.url), "utf8"));
const ABLY = fixture("ably-chat");
const IVS = fixture("ivs-chat");
const SECRET = "hush-hush-hush";

const POLICY = {
  lists: { house: "words.txt", slurs: ["turnip"], sales: ["bargain"] },
  rules: [
    { name: "house", when: { words: ["house"] }, action: "mask" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block", tell: "That word is not used here." },
    { name: "sales", when: { words: ["sales"] }, action: "hold" },
    { name: "flood", when: { flood: { messages: 3, seconds: 10 } }, action: "block" },
  ],
  rooms: { attic: { locked: true } },
};

let clock: FakeClock;
let review: Reviewer;

const reviewerBy = (moderation: Moderation) => createReviewer(moderation, clock.now);

beforeEach(() => {
  clock = createFakeClock();
  review = reviewerBy(fixedModeration(policyOf(POLICY)));
});

describe("Ably Chat", () => {
  const ask = async (change: object = {}, event: object = ABLY) => {
    const { statusCode, body } = await ablyChatLambda(review)({ ...event, message: { ...ABLY.message, ...change } });
    expect(statusCode).toBe(200);
    return JSON.parse(body);
  };

  test("publishes clean text as it is", async () => {
    expect(await ask({ text: "hello" })).toEqual({ action: "accept" });
  });

  test("publishes the text with stars, and keeps metadata and headers", async () => {
    const { metadata, headers } = ABLY.message;
    expect(await ask()).toEqual({ action: "accept", message: { text: "hello, ******!", metadata, headers } });
  });

  test("rejects with a reason what is blocked, and what would wait for a moderator", async () => {
    const blocked = { code: "blocked", message: "That word is not used here." };
    expect(await ask({ text: "a turnip" })).toEqual({
      action: "reject",
      rejectionDetail: blocked,
      rejectionReason: blocked,
    });
    expect(await ask({ text: "a bargain" })).toMatchObject({ action: "reject", rejectionDetail: { code: "held" } });
  });

  test("rejects what goes too fast, in a locked room, or cannot be read", async () => {
    for (let n = 0; n < 3; n += 1) await ask({ text: `hello ${n}` });
    expect(await ask({ text: "hello 3" })).toMatchObject({ rejectionDetail: { code: "too-fast" } });
    expect(await ask({ text: "hello", clientId: "Bo.b1b2b3" }, { ...ABLY, room: "attic" })).toMatchObject({
      rejectionDetail: { code: "room-locked" },
    });
    expect(await ask({ text: 7 })).toMatchObject({ rejectionDetail: { code: "undecodable" } });
    expect(await ask({ text: "x".repeat(2_001), clientId: "Bo.b1b2b3" })).toMatchObject({
      rejectionDetail: { code: "too-long" },
    });
  });

  test("by a webhook answers only who knows the secret", async () => {
    const handle = ablyChatWebhook(review, [SECRET]);
    const body = JSON.stringify(ABLY);
    expect(await handle(eventOf(body))).toEqual({ statusCode: 401, body: "" });
    expect(await handle(eventOf(body, { "x-webhook-secret": "guess" }))).toMatchObject({ statusCode: 401 });
    expect(await ablyChatWebhook(review, [])(eventOf(body, { "x-webhook-secret": "" }))).toMatchObject({
      statusCode: 401,
    });
    const headers = { "x-webhook-secret": SECRET };
    for (const event of [eventOf(body, headers), eventOf(Buffer.from(body), headers)]) {
      const answer = await handle(event);
      expect(answer.statusCode).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ action: "accept", message: { text: "hello, ******!" } });
    }
    expect(JSON.parse((await handle(eventOf("no JSON", headers))).body)).toMatchObject({ action: "reject" });
  });
});

describe("Amazon IVS Chat", () => {
  const ask = (change: object = {}) => ivsChatHandler(review)({ ...IVS, ...change });

  test("delivers the text with stars and its attributes", async () => {
    expect(await ask()).toEqual({ ReviewResult: "ALLOW", Content: "hello, ******!", Attributes: { colour: "green" } });
  });

  test("denies with a reason", async () => {
    expect(await ask({ Content: "a turnip" })).toEqual({
      ReviewResult: "DENY",
      Content: "a turnip",
      Attributes: { Reason: "That word is not used here." },
    });
    expect(await ask({ Content: "a bargain" })).toMatchObject({ ReviewResult: "DENY" });
    expect(await ivsChatHandler(review)({ Content: 7 })).toMatchObject({ ReviewResult: "DENY" });
  });

  test("knows a room of the policy by the last part of its ARN", async () => {
    expect(await ask({ Content: "hello", RoomArn: "arn:aws:ivschat:eu-west-1:123456789012:room/Attic" })).toMatchObject(
      {
        Attributes: { Reason: "Nobody can write in this room for now." },
      },
    );
  });
});

describe("with a store", () => {
  const FILE = { words: ["potato"], allow: [] };

  test("what moderators save and whom they mute counts here too", async () => {
    const parts = { now: clock.now, onFault: () => undefined };
    const store = createStore({ table: createMemoryTable(), ...parts });
    await store.policies.save(POLICY, { by: "Ana", reason: "", ifVersion: 0 });
    await store.sanctions.add({ kind: "mute", person: "x1y2z3a4b5", reason: "", by: "Ana" });
    review = reviewerBy(
      followStore({ store, fallback: policyForWords(FILE), file: FILE, sleep: clock.sleep, ...parts }),
    );
    const answer = await clock.run(ivsChatHandler(review)({ ...IVS, Content: "hello" }));
    expect(answer).toMatchObject({ ReviewResult: "DENY", Attributes: { Reason: "You may not write here for now." } });
  });

  test("nothing is published where no policy is known, or when deciding fails", async () => {
    const fallback = policyForWords(FILE);
    const none: Moderation = { fallback, read: async () => undefined, apply: () => undefined, ageMs: () => 0 };
    expect(await ivsChatHandler(reviewerBy(none))(IVS)).toMatchObject({ ReviewResult: "DENY" });
    const broken = {
      ...fallback,
      rulesIn: () => {
        throw new Error("a mistake");
      },
    };
    expect(await ivsChatHandler(reviewerBy(fixedModeration(broken)))(IVS)).toMatchObject({ ReviewResult: "DENY" });
  });
});

test("the handlers that Lambda calls are made from the environment", async () => {
  const { ablyChat, ablyChatUrl, ivsChat } = await import("../../../lambda/adapters/handlers.ts");
  expect(JSON.parse((await ablyChat(ABLY)).body)).toMatchObject({ action: "accept" });
  expect(await ablyChatUrl(eventOf("{}"))).toMatchObject({ statusCode: 401 });
  expect(await ivsChat(IVS)).toMatchObject({ ReviewResult: "ALLOW", Content: "hello, ******!" });
});
