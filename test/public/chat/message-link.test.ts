/** Links to one message. */
import { expect, test } from "vitest";
import { hashOf, keyIn } from "../../../public/src/chat/message-link.ts";
import { who } from "../../../public/src/common/who.ts";

test("an address leads to the message that it was made of, whatever its id", () => {
  for (const sourceId of ["17000000000000000001", "a.b c/#?%&\n", "шашка"]) {
    const author = who("Ann.abcdefghij");
    expect(keyIn(hashOf({ author, sourceId }))).toBe(`abcdefghij\n${sourceId}`);
  }
});

test("other addresses lead to none", () => {
  for (const hash of [
    "",
    "#",
    "#text",
    "#abc.1",
    "#abcdefghij.",
    "#abcdefghij.%",
    "#a b c d e f.1",
    `#abcdef.${"9".repeat(601)}`,
  ])
    expect([hash, keyIn(hash)]).toEqual([hash, null]);
});
