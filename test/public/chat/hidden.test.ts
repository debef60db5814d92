/** People who are hidden in one browser. */
import { expect, test } from "vitest";
import type { Entry } from "../../../public/src/chat/entries.ts";
import { createHidden, visible } from "../../../public/src/chat/hidden.ts";
import { createShelf } from "../../../public/src/common/shelf.ts";
import { who } from "../../../public/src/common/who.ts";

const entry = (author: string, own = false): Entry => ({
  kind: "message",
  key: author,
  author: who(author),
  own,
  sourceId: "1",
  attempt: 0,
  text: author,
  time: 0,
  serial: "1",
  fate: { name: "delivered", delayMs: null },
});
const entries = [entry("Ann.abc234"), entry("Bob.bbb222"), entry("Bobby.bbb222"), entry("Me.ccc222", true)];
const unable = (): never => {
  throw new Error("no storage");
};

test("hides a person under every name, and never oneself, until all are shown again", () => {
  const shelf = createShelf(unable);
  let people: ReadonlySet<string> = new Set();
  const start = () => createHidden(shelf, (next) => (people = next));
  const shown = () => visible(entries, people).map(({ key }) => key);
  const hidden = start();
  expect(visible(entries, people)).toBe(entries);
  hidden.hide("bbb222");
  hidden.hide("ccc222");
  expect(shown()).toEqual(["Ann.abc234", "Me.ccc222"]);
  people = new Set();
  start();
  expect(shown()).toEqual(["Ann.abc234", "Me.ccc222"]);
  hidden.clear();
  expect(visible(entries, people)).toBe(entries);
  start();
  expect(people.size).toBe(0);
});
