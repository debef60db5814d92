/** Every shape in which an event arrives, recorded, with what becomes of it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { createHandler } from "../../../lambda/create-handler.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";
import { MemoryQuarantine } from "../helpers/memory-quarantine.ts";
import { CONFIG, contextWith, signed, withSecret } from "../helpers/requests.ts";

const Recorded = z.object({
  what: z.string(),
  door: z.enum(["signed", "secret"]),
  headers: z.record(z.string(), z.string()).default({}),
  /** How often the only item of the batch is repeated. */
  times: z.number().default(1),
  body: z.unknown().optional(),
  text: z.string().optional(),
  base64: z.string().optional(),
  expect: z.object({
    status: z.number(),
    published: z.array(z.string()),
    /** Reasons, in order. */
    notices: z.array(z.string()),
    noticesTo: z.string().default("Ada.x1y2z3"),
    quarantined: z.array(z.string()),
    ignored: z.number(),
  }),
});
type Recorded = z.infer<typeof Recorded>;

const folder = new URL("../../fixtures/events/", import.meta.url);
const events = readdirSync(folder).map((file) => ({
  file,
  ...Recorded.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))),
}));

function bytesOf({ body, text, base64, times }: Recorded): Buffer | string {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  if (text !== undefined) return text;
  if (times === 1) return JSON.stringify(body);
  const { items } = z.object({ items: z.tuple([z.unknown()]) }).parse(body);
  const one = JSON.stringify(items[0]);
  return `{"items":[${Array.from({ length: times }, (_, n) => one.replaceAll("{n}", String(n))).join(",")}]}`;
}

const repeated = (texts: readonly string[], times: number): string[] =>
  times === 1 ? [...texts] : Array.from({ length: times }, (_, n) => (texts[0] ?? "").replaceAll("{n}", String(n)));

test.each(events)("$file: $what", async (event) => {
  const time = createFakeClock(1_700_000_000_000);
  const ably = new FakeAbly(time.now);
  const quarantine = new MemoryQuarantine();
  const logged: LogEntry[] = [];
  const handler = createHandler(CONFIG, {
    now: time.now,
    sleep: time.sleep,
    publisher: ably,
    quarantine,
    log: (entry) => logged.push(entry),
  });
  const bytes = bytesOf(event);
  const request = event.door === "signed" ? signed(bytes) : withSecret(bytes, event.headers);
  const answer = await time.run(handler(request, contextWith(12_000)));

  expect(answer.statusCode).toBe(event.expect.status);
  const published = ably.delivered.filter(({ channel }) => channel.startsWith("chat:to-clients"));
  expect(published.map(({ message }) => message.data)).toEqual(repeated(event.expect.published, event.times));
  expect(ably.notices(event.expect.noticesTo)).toMatchObject(event.expect.notices.map((reason) => ({ reason })));
  expect(quarantine.entries.map(({ reason }) => reason)).toEqual(event.expect.quarantined);
  expect(logged.at(-1)).toMatchObject({ counts: { ignored: event.expect.ignored } });
  for (const seen of [published, logged, answer]) expect(JSON.stringify(seen).toLowerCase()).not.toContain("potato");
});
