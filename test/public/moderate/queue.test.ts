/** The queue while the feed says nothing: it looks for itself. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Api } from "../../../public/src/moderate/api.ts";
import type { Desk } from "../../../public/src/moderate/desk.ts";
import { createQueue } from "../../../public/src/moderate/queue/queue.ts";
import type { Case } from "../../../public/src/moderate/wire.ts";

const held = (n: number): Case => ({
  id: `held-${n}`,
  kind: "held",
  state: "open",
  room: "lobby",
  author: "Ann.abc2345678",
  person: "abc2345678",
  text: `text ${n}`,
  result: `text ${n}`,
  rules: [],
  at: `2026-11-27T00:00:0${n}.000Z`,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A queue over a server that holds these cases. */
function open(cases: Case[]) {
  const server = { isDown: false, isFinished: true, asked: [] as string[] };
  const said: string[] = [];
  const get = async (path: string) => {
    server.asked.push(path);
    if (server.isDown) return { ok: false, status: 503, refusal: { code: "store-unavailable", message: "Down." } };
    if (path !== "cases") return { ok: false, status: 404, refusal: { code: "unknown-case", message: "None." } };
    return { ok: true, value: { cases: [...cases], next: null } };
  };
  const desk: Desk = {
    api: { get, send: async () => ({ ok: true, value: { isFinished: server.isFinished } }) } as unknown as Api,
    now: () => Date.now(),
    after(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    changed: () => undefined,
    say: (sentence) => void said.push(sentence),
    go: () => undefined,
  };
  const queue = createQueue(desk);
  queue.open("");
  return { queue, server, said };
}

test("a case of which the feed said nothing is there within a minute, and the next one too", async () => {
  const cases = [held(1)];
  const { queue } = open(cases);
  await pass(1_000);
  expect(queue.badge?.()).toBe("1");
  cases.push(held(2));
  await pass(60_000);
  expect(queue.badge?.()).toBe("2");
  cases.push(held(3));
  await pass(60_000);
  expect(queue.badge?.()).toBe("3");
});

test("a store that was down for a while is asked again", async () => {
  const { queue, server } = open([held(1)]);
  server.isDown = true;
  await pass(150_000);
  server.isDown = false;
  await pass(60_000);
  expect(queue.badge?.()).toBe("1");
});

test("the list is asked for once a minute and no more", async () => {
  const { server } = open([held(1)]);
  await pass(600_000);
  expect(server.asked.filter((path) => path === "cases")).toHaveLength(11);
});

test.each([
  [true, "Approved. Nothing else is waiting."],
  [false, "Approved; it follows as soon as Ably can be reached. Nothing else is waiting."],
])("a moderator is told whether what was decided is done (%s)", async (isFinished, sentence) => {
  const { queue, server, said } = open([held(1)]);
  await pass(1_000);
  server.isFinished = isFinished;
  queue.keys.find(({ key }) => key === "a")?.run();
  await pass(100);
  expect(said).toEqual([sentence]);
});
