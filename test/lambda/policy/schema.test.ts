/** Policy documents: which are taken, and what is said about the others. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policyJsonSchema } from "../../../lambda/policy/json-schema.ts";
import { policyLimits } from "../../../lambda/policy/limits.ts";
import { parsePolicy } from "../../../lambda/policy/schema.ts";

const lambda = new URL("../../../lambda/", import.meta.url);

/** Every condition and every setting that there is. */
const WHOLE = {
  lists: { "house words": "words.txt", slurs: ["turnip*"], "our product": ["=Spud", "!spud-o-matic"] },
  rules: [
    { name: "house words", when: { words: ["house words"] }, action: "mask" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block", tell: "That word is not used here." },
    { name: "links", when: { links: { allow: ["example.com"] } }, action: "hold", rooms: ["lobby"] },
    { name: "personal data", when: { personal: ["email", "phone", "phone:DE", "card"] }, action: "mask" },
    { name: "flood", when: { flood: { messages: 5, seconds: 5, alike: 3 } }, action: "block" },
    { name: "shouting", when: { capitals: { share: 0.7, letters: 20 } }, action: "flag" },
    {
      name: "toxicity",
      when: { service: { name: "openai", above: { hate: 0.8 }, deadlineMs: 800, onFailure: "hold" } },
      action: "hold",
    },
  ],
  rooms: { "*": { slowModeSeconds: 0, locked: false }, lobby: { slowModeSeconds: 5 } },
  // biome-ignore lint/suspicious/noThenProperty: the word of the policy
  escalation: [{ blocked: 3, minutes: 10, then: { mute: "15m" } }],
};

const problemsOf = (policy: unknown) => {
  const parsed = parsePolicy(policy);
  return parsed.ok ? [] : parsed.problems;
};

test("a policy with every condition and action is taken as it is", () => {
  expect(parsePolicy(WHOLE)).toEqual({ ok: true, document: WHOLE });
});

test("the policy that is deployed is one", () => {
  const policy: unknown = JSON.parse(readFileSync(new URL("policy.json", lambda), "utf8"));
  expect(problemsOf(policy)).toEqual([]);
});

test("all problems are told at once, each with its path", () => {
  const policy = {
    lists: { slurs: ["turnip", "", "a*b", 5] },
    rules: [
      { name: "one", when: { words: ["slurs", "missing"] }, action: "shoot" },
      { name: "one", when: {}, action: "mask", rooms: ["Not A Room"] },
      {
        name: "three",
        when: { service: { name: "x", above: { hate: 2 }, deadlineMs: 1, onFailure: "hold" } },
        action: "flag",
      },
    ],
    rooms: { UP: {}, lobby: { locked: "yes" } },
    // biome-ignore lint/suspicious/noThenProperty: the word of the policy
    escalation: [{ blocked: 0, minutes: 1, then: { mute: "soon" } }],
    extra: true,
  };
  const paths = problemsOf(policy).map(({ path }) => path);
  for (const path of [
    "lists.slurs[1]",
    "lists.slurs[2]",
    "lists.slurs[3]",
    "rules[0].action",
    "rules[0].when.words[1]",
    "rules[1].name",
    "rules[1].when",
    "rules[1].rooms[0]",
    "rules[2].when.service.above.hate",
    "rules[2].when.service.deadlineMs",
    "rooms.UP",
    "rooms.lobby.locked",
    "escalation[0].blocked",
    "escalation[0].then.mute",
  ]) {
    expect(paths).toContain(path);
  }
  const messages = problemsOf(policy).map(({ message }) => message);
  expect(messages).toContain('there is no list "missing"');
  expect(messages.join("\n")).toContain('"extra"');
  expect(messages).not.toContain("Invalid input");
});

test.each([undefined, null, 5, "policy", [], { rules: "none" }, { rules: [null] }, { lists: [], rules: [] }])(
  "%j is no policy",
  (policy) => {
    expect(problemsOf(policy)).not.toEqual([]);
  },
);

test("a list of a million entries is refused with the limit, before anything looks at them", () => {
  const lists = { long: new Array(1_000_000).fill("turnip") };
  expect(problemsOf({ lists, rules: [] })).toEqual([
    { path: "lists", message: `all lists together have 1000000 entries; ${policyLimits.entries} are the most` },
  ]);
});

test("rules beyond the limit, and problems beyond what anybody reads, are bounded", () => {
  const rules = Array.from({ length: policyLimits.rules + 1 }, (_, n) => ({
    name: `rule ${n}`,
    when: { capitals: { share: 0.5, letters: 1 } },
    action: "flag",
  }));
  expect(problemsOf({ rules })).toMatchObject([{ path: "rules" }]);
  expect(problemsOf({ lists: { bad: new Array(5_000).fill("*") }, rules: [] })).toHaveLength(policyLimits.problems);
});

test("policy.schema.json is the schema as it is now (`npm run policy -- schema` writes it)", () => {
  const written: unknown = JSON.parse(readFileSync(new URL("policy.schema.json", lambda), "utf8"));
  expect(written).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
});
