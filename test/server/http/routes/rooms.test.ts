/** `GET /rooms`: how many people are in other rooms, and how much was said since one was there. */
import request from "supertest";
import { expect, test } from "vitest";
import { limits } from "../../../../server/limits.ts";
import { type RoomLook, shareLooks } from "../../../../server/room-looks.ts";
import { app, cookieOf, fromOurPage } from "../app-under-test.ts";

const look: RoomLook = {
  people: 3,
  said: [
    { at: 1_000, person: "bob" },
    { at: 2_000, person: "bob" },
    { at: 3_000, person: "eve" },
  ],
};

test("tells a visitor who is there and what was said by others since they looked", async () => {
  const asked: (string | undefined)[] = [];
  const server = app({
    lookAtRoom: async (room) => {
      asked.push(room);
      return room === "away" ? undefined : look;
    },
  });
  const cookie = cookieOf(await request(server).get("/auth").set(fromOurPage));
  const answer = await request(server)
    .get("/rooms?garden=1000&lobby=0&away=1&Not%20a%20room=1&potato=1")
    .set({ ...fromOurPage, Cookie: cookie });
  expect(answer.body).toEqual({ rooms: { garden: { people: 3, unread: 2 }, lobby: { people: 3, unread: 0 } } });
  expect(asked).toEqual(["garden", undefined, "away"]);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("does not count what one said oneself, and looks at no more rooms than a page remembers", async () => {
  let person = "";
  let looks = 0;
  const server = app({
    lookAtRoom: async () => {
      looks += 1;
      return { people: 1, said: [{ at: 5, person }] };
    },
  });
  const first = await request(server).get("/auth").set(fromOurPage);
  person = String(first.body.clientId).split(".")[1] ?? "";
  const query = Array.from({ length: 20 }, (_, index) => `room-${index}=1`).join("&");
  const answer = await request(server)
    .get(`/rooms?${query}`)
    .set({ ...fromOurPage, Cookie: cookieOf(first) });
  expect(looks).toBe(limits.roomsAsked);
  expect(answer.body.rooms["room-0"]).toEqual({ people: 1, unread: 0 });
});

test("tells nothing to strangers, to other sites, or too often", async () => {
  const server = app({ lookAtRoom: async () => look });
  expect((await request(server).get("/rooms?garden=1").set(fromOurPage)).status).toBe(403);
  const Cookie = cookieOf(await request(server).get("/auth").set(fromOurPage));
  expect((await request(server).get("/rooms?a=1").set({ Cookie, "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  for (let count = 0; count < limits.roomRequestsAMinute; count += 1)
    await request(server)
      .get("/rooms?a=1")
      .set({ ...fromOurPage, Cookie });
  const answer = await request(server)
    .get("/rooms?a=1")
    .set({ ...fromOurPage, Cookie });
  expect([answer.status, answer.body.error.code]).toEqual([429, "too_many_requests"]);
});

test("one look holds for everybody for a while, and looks in a second are bounded", async () => {
  let now = 0;
  let looks = 0;
  const shared = shareLooks(
    async () => {
      looks += 1;
      return look;
    },
    () => now,
  );
  await Promise.all([shared("a"), shared("a"), shared("a")]);
  expect(looks).toBe(1);
  now += limits.roomLookMs;
  await shared("a");
  expect(looks).toBe(2);
  now += 1_000;
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => shared(`room-${index}`)));
  expect(answers.filter((one) => one !== undefined)).toHaveLength(limits.roomLooksASecond);
  // what was known is told again while no more looks are to be had
  now += limits.roomLookMs - 1_000;
  for (let index = 50; index < 70; index += 1) await shared(`room-${index}`);
  expect(await shared("a")).toEqual(look);
});
