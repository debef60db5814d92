/** Rooms: names, addresses, and those that were visited lately. */
import { expect, test } from "vitest";
import { addressOf, recentRooms, roomFrom, roomOf, titleOf, visit } from "../../../public/src/chat/rooms.ts";
import { english } from "../../../public/src/common/language/english.ts";
import { createLanguage } from "../../../public/src/common/language/language.ts";
import { createShelf } from "../../../public/src/common/shelf.ts";

const title = (room: string) => titleOf(room, createLanguage("en", english));

const noStorage = () => {
  throw new Error("storage is forbidden");
};

test("an address names a room", () => {
  expect(["/", "/r/garden", "/r/garden/", "/r/Garden", "/elsewhere", "/r/lobby"].map(roomOf)).toEqual([
    "",
    "garden",
    "garden",
    "",
    "",
    "",
  ]);
  expect([addressOf(""), addressOf("garden")]).toEqual(["/", "/r/garden"]);
  expect([title(""), title("garden")]).toEqual(["Lobby", "#garden"]);
});

test("what people type becomes a room name, or is refused", () => {
  expect(["garden", " #Garden Club ", "a".repeat(40), "Lobby"].map(roomFrom)).toEqual([
    "garden",
    "garden-club",
    "a".repeat(40),
    "",
  ]);
  expect(["", "gärten", "a/b", "a".repeat(41), "<b>"].map(roomFrom)).toEqual([null, null, null, null, null]);
});

test("rooms visited lately are remembered, eight of them, and keep their place", () => {
  const shelf = createShelf(noStorage);
  for (let index = 1; index <= 10; index += 1) visit(shelf, `room-${index}`);
  expect(recentRooms(shelf)).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map((index) => `room-${index}`));
  expect(visit(shelf, "room-5")).toEqual(recentRooms(shelf));
  expect(visit(shelf, "")).not.toContain("");
});

test("damaged storage is no room", () => {
  const shelf = createShelf(noStorage);
  shelf.set("asterism:rooms", "<b>,,garden,GARDEN,garden");
  expect(recentRooms(shelf)).toEqual(["garden"]);
});
