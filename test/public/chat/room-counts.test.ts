/** What goes on in other rooms, asked for now and then, and up to when each was read. */
import { expect, test } from "vitest";
import { ROOM_COUNTS_MS } from "../../../public/src/chat/limits.ts";
import { createRoomCounts } from "../../../public/src/chat/room-counts.ts";
import { createSeen } from "../../../public/src/chat/seen.ts";
import { createShelf } from "../../../public/src/common/shelf.ts";

const nothing = () => {
  throw new Error("no storage here");
};

test("asks at once, then every half minute while the page is looked at, and not more often when it is looked at again", async () => {
  let now = 0;
  let isHidden = false;
  let asked = 0;
  const tasks: { at: number; task: () => void }[] = [];
  const shown: unknown[] = [];
  const look = createRoomCounts({
    rooms: () => ({ garden: 5 }),
    async ask(rooms) {
      expect(rooms).toEqual({ garden: 5 });
      asked += 1;
      return asked === 2
        ? { ok: false, status: 0, problem: { code: "unreachable", message: "" } }
        : { ok: true, value: { rooms: { garden: { people: asked, unread: 0 } } } };
    },
    show: (counts) => shown.push(counts),
    isHidden: () => isHidden,
    now: () => now,
    after: (ms, task) => tasks.push({ at: now + ms, task }),
  });
  const pass = async (ms: number) => {
    now += ms;
    for (const due of tasks.filter(({ at }) => at <= now)) {
      tasks.splice(tasks.indexOf(due), 1);
      due.task();
    }
    await Promise.resolve();
  };
  look();
  look();
  await pass(0);
  expect([asked, shown]).toEqual([1, [{ garden: { people: 1, unread: 0 } }]]);
  look();
  expect(tasks).toHaveLength(1);
  now += ROOM_COUNTS_MS;
  look();
  await pass(0);
  expect([asked, shown.length]).toEqual([2, 1]);
  isHidden = true;
  await pass(ROOM_COUNTS_MS);
  expect(asked).toBe(2);
  isHidden = false;
  look();
  expect(asked).toBe(3);
});

test("asks nothing where no other room was visited", () => {
  const look = createRoomCounts({
    rooms: () => ({}),
    ask: nothing,
    show: nothing,
    isHidden: () => false,
    now: () => 0,
    after: nothing,
  });
  expect(look).not.toThrow();
});

test("remembers up to when a room was read, never less, and forgets rooms that fell off the list", () => {
  const shelf = createShelf(nothing);
  const seen = createSeen(shelf, ["garden"]);
  seen.mark("garden", 20);
  seen.mark("garden", 10);
  seen.mark("", 5);
  expect([seen.at("garden"), seen.at(""), seen.at("other")]).toEqual([20, 5, 0]);
  const later = createSeen(shelf, ["other"]);
  expect([later.at("garden"), later.at("")]).toEqual([0, 5]);
});
