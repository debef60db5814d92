/** What completes a word, and the table of emoji, which is made of GitHub's. */
import { gemoji } from "gemoji";
import { expect, test } from "vitest";
import { wordAtEnd } from "../../../public/src/chat/completion/offers.ts";

/** Flags and signs are left out, and people of every kind beyond the plain one: the table is small. */
const SPECIAL = /(^|_)(man|woman|men|women|boy|girl|family|couple|couplekiss|tone\d)(_|$)/;

function table(): string {
  const rows = gemoji
    .filter(({ category, names: [name = ""] }) => category !== "Flags" && category !== "Symbols" && !SPECIAL.test(name))
    .map(({ emoji, names: [name] }) => `${name} ${emoji}`);
  return [
    "/** Emoji by name, one a line, from the package gemoji; `npx vitest run test/public/chat/completion.test.ts -u` makes it anew. */",
    `export const emojiNames = \`${rows.join("\n")}\`;`,
    "",
  ].join("\n");
}

test("the table of emoji is what GitHub's makes of it", async () => {
  await expect(table()).toMatchFileSnapshot("../../../public/src/chat/completion/emoji.generated.ts");
});

const PEOPLE = ["Ann", "Anna Lee", "Мира"];
const labels = (text: string) => wordAtEnd(text, PEOPLE)?.offers.map(({ label }) => label);

test("a name of an emoji that is begun is completed, those that begin so first", () => {
  expect(labels("hello :tomat")).toEqual(["🍅 tomato"]);
  expect(labels(":smil")?.[0]).toBe("😄 smile");
  expect(labels(":smil")).toHaveLength(6);
  expect(wordAtEnd("hello :tomato:", PEOPLE)).toEqual({ start: 6, offers: [], whole: "🍅" });
});

test("a name of somebody who is here is completed, until it is whole", () => {
  expect(labels("hello @an")).toEqual(["@Ann", "@Anna Lee"]);
  expect(labels("@anna l")).toEqual(["@Anna Lee"]);
  expect(labels("@МИ")).toEqual(["@Мира"]);
  expect(labels("@Ann")).toEqual([]);
});

test.each(["", "12:30", "http://x", ":a", "a:smile", ":nothing-like-it:", "ann@an", "@", ": smile"])(
  "%j offers nothing",
  (text) => {
    const word = wordAtEnd(text, PEOPLE);
    expect([word?.offers ?? [], word?.whole ?? null]).toEqual([[], null]);
  },
);
