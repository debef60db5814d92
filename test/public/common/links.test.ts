import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLong, pieces } from "../../../public/src/common/links.ts";

const links = (text: string) => pieces(text).flatMap((piece) => (piece.kind === "link" ? [piece.text] : []));

describe("pieces", () => {
  test.each([
    ["see https://example.com/a?b=c#d now", ["https://example.com/a?b=c#d"]],
    ["http://a.example, and HTTPS://B.example.", ["http://a.example", "HTTPS://B.example"]],
    ["(https://example.com/wiki/Star_(glyph))", ["https://example.com/wiki/Star_(glyph)"]],
    ["*https://example.com*", ["https://example.com"]],
    ["https://example.com/****** is starred", ["https://example.com/"]],
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
  ])("makes no link of %j", (text) => {
    expect(links(text)).toEqual([]);
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
