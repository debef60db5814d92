/** Mentions of people who are here or have spoken. */
import { expect, test } from "vitest";
import { mentionsIn, namesOf } from "../../../public/src/chat/mentions.ts";
import { who } from "../../../public/src/common/who.ts";

const ann = who("Ann.abc234");
const names = namesOf(
  [who("Bob.bbb222"), who("Bob Dylan.ccc222"), who("Мира.ddd222"), who("Guest.eee222"), who("O'Neil.fff222")],
  ann,
);
const found = (text: string) =>
  mentionsIn(text, names).map(({ start, end, isMe }) => text.slice(start, end) + (isMe ? " (me)" : ""));

test.each([
  ["hello @Bob, and @ann!", ["@Bob", "@ann (me)"]],
  ["@Bob Dylan sings", ["@Bob Dylan"]],
  ["@Bob Dylans song", ["@Bob"]],
  ["(@МИРА)", ["@МИРА"]],
  ["@O'Neil's", ["@O'Neil"]],
  ["@Bobby is somebody else", []],
  ["ann@bob.example is an address", []],
  ["@Guest is nobody in particular", []],
  ["@ Bob", []],
  ["@@Bob", []],
  ["", []],
])("%j mentions %j", (text, mentions) => {
  expect(found(text)).toEqual(mentions);
});

test("a text with very many signs is looked at for a bounded number of them", () => {
  expect(found("@Bob ".repeat(1_000))).toHaveLength(20);
});

test("nobody is mentioned where nobody is known", () => {
  expect(mentionsIn("@Bob", namesOf([], null))).toEqual([]);
});
