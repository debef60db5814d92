/** Whatever arrives: an explicit status in time, nothing published that was not moderated, nothing without credentials. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createHandler } from "../../../lambda/create-handler.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import { length } from "../../helpers/length.ts";
import { FakeAbly } from "../../lambda/helpers/fake-ably.ts";
import { MemoryQuarantine } from "../../lambda/helpers/memory-quarantine.ts";
import { CONFIG, contextWith, eventOf, signed } from "../../lambda/helpers/requests.ts";

const START = 1_700_000_000_000;

function start() {
  const ably = new FakeAbly(() => START);
  const logged: LogEntry[] = [];
  const handler = createHandler(CONFIG, {
    now: () => START,
    publisher: ably,
    quarantine: new MemoryQuarantine(),
    log: (entry) => logged.push(entry),
  });
  return { ably, logged, handler };
}

const word = fc.constantFrom("potato", "Cabbage", "POTATOES", "hello", "", "p0tato", "\u202epotato", "po\u200btato");
const text = fc.oneof(
  word,
  fc.string(),
  fc.tuple(fc.string(), word).map(([a, b]) => `${a} ${b}`),
);
const encoding = fc.constantFrom(
  undefined,
  null,
  "",
  "json",
  "base64",
  "utf-8/base64",
  "json/utf-8/base64",
  "cipher+x/base64",
);
const data = fc.oneof(
  text,
  fc.record({ text }),
  text.map((t) => JSON.stringify({ text: t })),
  fc.jsonValue(),
);
const message = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        id: fc.oneof(fc.string(), word),
        clientId: fc.oneof(fc.constantFrom("Ada.x1y2z3", "Bob.aaaaaa"), text),
        timestamp: fc.oneof(fc.integer({ min: START - 400_000, max: START }), fc.double()),
        name: text,
        action: fc.oneof(fc.constant(0), fc.integer(), text),
        data,
        encoding,
        extras: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const channelId = fc.oneof(fc.constantFrom("chat:from-clients", "chat:from-clients:garden", "chat:to-clients"), text);
const item = fc.record(
  {
    source: fc.oneof(fc.constantFrom("channel.message", "channel.presence"), text),
    serial: text,
    data: fc.record({ channelId, messages: fc.array(message, { maxLength: 4 }) }, { requiredKeys: ["channelId"] }),
  },
  { requiredKeys: ["data"] },
);
const body = fc.oneof(
  { weight: 8, arbitrary: fc.record({ items: fc.array(item, { maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ channel: channelId, messages: fc.array(message, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

const BANNED = /(?<![\p{L}\p{N}])(potato(es)?|cabbages?)(?![\p{L}\p{N}])/iu;

test("publishes moderated text and nothing else, whatever a signed body holds", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(body, async (content) => {
      const { ably, logged, handler } = start();
      const answer = await handler(signed(JSON.stringify(content)), contextWith(12_000));
      expect(answer.statusCode).toBe(200);
      for (const { channel, message: sent } of ably.delivered) {
        if (channel.startsWith("chat:notices:")) continue;
        expect(channel).toMatch(/^chat:to-clients(:[a-z0-9-]+)?$/);
        expect(Object.keys(sent).sort()).toEqual(["clientId", "data", "extras", "id", "name"]);
        expect(sent.name).toBe("message");
        expect(sent.data).not.toMatch(BANNED);
        if ("extras" in sent) {
          expect(Object.keys(sent.extras)).toEqual(["headers"]);
          expect(Object.keys(sent.extras.headers)).toEqual(["source-id", "source-timestamp", "starred"]);
          expect(sent.extras.headers["source-id"]).not.toMatch(BANNED);
        }
      }
      for (const entry of logged) if (entry.event === "decision") expect(entry.author ?? "").not.toMatch(BANNED);
    }),
    { numRuns: length(2_000, 10_000) },
  );
});

test("lets nothing in without the right signature", { timeout: 120_000 }, async () => {
  const { ably, handler } = start();
  const headers = fc.dictionary(
    fc.constantFrom("x-ably-key", "x-ably-signature", "x-webhook-secret", "X-Ably-Signature", "content-type"),
    fc.oneof(fc.string(), fc.base64String(), fc.constantFrom("appid.signer", "signer")),
  );
  await fc.assert(
    fc.asyncProperty(headers, fc.oneof(fc.string(), fc.json()), fc.boolean(), async (given, bytes, isBytes) => {
      const event = eventOf(isBytes ? Buffer.from(bytes) : bytes, given);
      expect(await handler(event, contextWith(12_000))).toEqual({ statusCode: 401, body: "" });
    }),
    { numRuns: length(18_000, 90_000) },
  );
  expect(ably.publishes).toBe(0);
});
