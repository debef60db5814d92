/**
 * What the function and the server say is what the language files say in English. The page in English leaves it to them, and the
 * other languages say it by its code.
 */
import type { Response } from "express";
import { expect, test } from "vitest";
import { REASONS } from "../../lambda/decide/reasons.ts";
import { english, englishReasons } from "../../public/src/common/language/english.ts";
import { REFUSAL_CODES, refusal } from "../../server/http/refusals.ts";
import { refuseWith } from "../../server/http/routes/moderate/answer.ts";
import { parseName } from "../../server/identity/names.ts";

/** What visitors are told of by the desk's own work: reports, appeals, and the removal of what they wrote. */
const OF_THE_DESK = ["unknown-message", "unknown-room", "not-yours", "not-refused", "ably-unavailable"] as const;

const said: Record<string, string> = {
  ...Object.fromEntries(Object.entries(REASONS).map(([code, { message }]) => [code, message])),
  ...Object.fromEntries(REFUSAL_CODES.map((code) => [code, refusal(code)[1].message])),
  ...Object.fromEntries(OF_THE_DESK.map((code) => [code, toldByDesk(code)])),
  ...Object.fromEntries(
    [parseName("", () => "free"), parseName("Ann", () => "banned"), parseName("Ann", () => "reserved")].flatMap(
      (one) => ("code" in one ? [[one.code, one.message]] : []),
    ),
  ),
};

function toldByDesk(code: string): string {
  let message = "";
  const response = {
    locals: {},
    status: () => response,
    json(body: { error: { message: string } }) {
      message = body.error.message;
    },
  };
  refuseWith(response as unknown as Response, { ok: false, code });
  return message;
}

test.each(Object.entries(englishReasons))("%s is said in these words", (code, sentence) => {
  expect(said[code]).toBe(sentence);
});

test("whatever a visitor can be refused, by whomever, has a sentence in every language", () => {
  // What is published is seen, and what is held and approved are states of their own.
  const notTold = ["starred", "held", "approved"];
  const codes = Object.keys(said).filter((code) => !notTold.includes(code));
  expect(Object.keys({ ...englishReasons, ...english.reasons })).toEqual(expect.arrayContaining(codes));
});
