/** Links in a text: which are made, and which are not safe. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLong, pieces } from "../../../public/src/common/links.ts";

const links = (text: string, isStarred = false) =>
  pieces(text, isStarred).flatMap((piece) => (piece.kind === "link" ? [piece.text] : []));

describe("pieces", () => {
  test.each([
    ["see https://example.com/a?b=c#d now", ["https://example.com/a?b=c#d"]],
    ["http://a.example, and HTTPS://B.example.", ["http://a.example", "HTTPS://B.example"]],
    ["(https://example.com/wiki/Star_(glyph))", ["https://example.com/wiki/Star_(glyph)"]],
    ["*https://example.com*", ["https://example.com"]],
    ["www.example.com/a and WWW.B.example", ["www.example.com/a", "WWW.B.example"]],
  ])("finds the links of %j", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://example.com",
    "https://",
    "https://bank.example@evil.example/",
    "xhttps://example.com",
    "example.com",
    "www.",
    "www.example",
    "awww.example.com",
    "me@www.example.com",
  ])("makes no link of %j", (text) => {
    expect(links(text)).toEqual([]);
  });

  test("an address without its scheme leads to https", () => {
    expect(pieces("www.example.com")).toMatchObject([{ kind: "link", href: "https://www.example.com/" }]);
  });

  test("in a starred text an address with stars is no link: the rest of it would lead somewhere else", () => {
    expect(links("https://example.com/****** and https://b.example", true)).toEqual(["https://b.example"]);
    expect(links("https://****.example/x www.******.com", true)).toEqual([]);
  });

  test.each([
    ["https://\u0430pple.com/id", "xn--pple-43d.com"], // a Cyrillic a
    ["www.\u0430pple.com", "www.xn--pple-43d.com"],
    ["https://example.com/\u0430", null],
  ])("names the real host of %s", (text, host) => {
    expect(pieces(text)).toMatchObject([{ kind: "link", text, host }]);
  });

  test("a bidirectional control ends a link", () => {
    expect(links("https://example.com/\u202egpj.exe")).toEqual(["https://example.com/"]);
  });

  test("the pieces are the text, unit for unit", () => {
    const text = fc.array(fc.oneof(fc.constantFrom("https://a.example/", "http://", ")", ".", " ", "\n"), fc.string()));
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join("");
        expect(
          pieces(whole)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(whole);
      }),
    );
  });
});

test("a text is long by its characters or its lines", () => {
  expect(isLong("short", 10, 3)).toBe(false);
  expect(isLong("x".repeat(11), 10, 3)).toBe(true);
  expect(isLong("a\nb\nc", 10, 3)).toBe(false);
  expect(isLong("a\nb\nc\nd", 10, 3)).toBe(true);
});
