/** Two moderators change one policy: what differs, and how it comes together. */
import { describe, expect, test } from "vitest";
import {
  changesBetween,
  differences,
  inWords,
  proposedChoice,
  together,
} from "../../../public/src/moderate/policy/changes.ts";
import { type PolicyDocument, tidied, withoutList, withWord } from "../../../public/src/moderate/policy/document.ts";

const BASE: PolicyDocument = {
  $schema: "./policy.schema.json",
  lists: { "house words": "words.txt", slurs: ["grunt", "snort"] },
  rules: [
    { name: "house words", when: { words: ["house words"] }, action: "mask" },
    { name: "shouting", when: { capitals: { share: 0.7, letters: 20 } }, action: "flag" },
  ],
  rooms: { "*": { slowModeSeconds: 0 } },
  escalation: [],
};
const withSlurs = (...slurs: string[]): PolicyDocument => ({ ...BASE, lists: { ...BASE.lists, slurs } });

describe("changes of a policy", () => {
  test("are told part by part", () => {
    const after = { ...withSlurs("grunt", "oink"), rules: BASE.rules.slice(0, 1), rooms: { lobby: { locked: true } } };
    expect(changesBetween(BASE, after).map(inWords)).toEqual([
      "list slurs: +1 −1",
      "rule shouting: removed",
      "room *: removed",
      "room lobby: new",
    ]);
  });

  test("are none when only the order of keys differs", () => {
    const [first, second] = BASE.rules;
    if (first === undefined || second === undefined) throw new Error("two rules are needed");
    const { name, when, action } = second;
    expect(changesBetween(BASE, { ...BASE, rules: [first, { action, when, name }] })).toEqual([]);
  });
});

describe("two policies that were changed apart", () => {
  const choose = (mine: PolicyDocument, theirs: PolicyDocument): PolicyDocument =>
    together(theirs, new Map(differences(BASE, mine, theirs).map((found) => [found, proposedChoice(found)])));

  test("come together without a choice where they changed different parts", () => {
    const mine = withSlurs("grunt", "snort", "oink");
    const theirs = { ...BASE, rooms: { "*": { slowModeSeconds: 5 } } };
    expect(differences(BASE, mine, theirs).map(({ isConflict }) => isConflict)).toEqual([false, false]);
    expect(choose(mine, theirs)).toEqual({ ...mine, rooms: theirs.rooms });
  });

  test("keep the words of both in one list, without those that either removed", () => {
    const mine = withSlurs("grunt", "oink");
    const theirs = withSlurs("grunt", "snort", "neigh");
    const [found] = differences(BASE, mine, theirs);
    expect(found?.isConflict).toBe(true);
    expect(choose(mine, theirs)).toEqual(withSlurs("grunt", "neigh", "oink"));
  });

  test("propose mine where both changed one rule, and leave theirs to choose", () => {
    const change = (action: string): PolicyDocument => ({
      ...BASE,
      rules: BASE.rules.map((rule) => (rule.name === "shouting" ? { ...rule, action } : rule)),
    });
    const found = differences(BASE, change("hold"), change("block"));
    expect(found.map(proposedChoice)).toEqual(["mine"]);
    expect(together(change("block"), new Map(found.map((one) => [one, "mine"])))).toEqual(change("hold"));
    expect(together(change("block"), new Map(found.map((one) => [one, "theirs"])))).toEqual(change("block"));
  });

  test("a part that one removed and the other left alone is gone", () => {
    const theirs = { ...BASE, rules: BASE.rules.slice(0, 1) };
    expect(choose(withSlurs("grunt"), theirs)).toEqual({ ...withSlurs("grunt"), rules: theirs.rules });
  });
});

describe("a draft", () => {
  test("takes a first word into a list of its own, which the first rule about words then uses", () => {
    const draft = withWord({ ...BASE, lists: { "house words": "words.txt" } }, "turnip", undefined);
    expect(draft.lists).toEqual({ "house words": "words.txt", "moderators' words": ["turnip"] });
    expect(draft.rules[0]?.when.words).toEqual(["house words", "moderators' words"]);
  });

  test("takes a word once", () => {
    expect(withWord(BASE, "grunt", "slurs").lists?.slurs).toEqual(["grunt", "snort"]);
    expect(withWord(BASE, "oink", "slurs").lists?.slurs).toEqual(["grunt", "snort", "oink"]);
  });

  test("has lines that are empty yet, and is saved without them", () => {
    expect(tidied(withSlurs("grunt", "", "  oink ", "")).lists?.slurs).toEqual(["grunt", "oink"]);
  });

  test("loses a list also where rules name it", () => {
    const draft = withoutList(BASE, "house words");
    expect(draft.lists).toEqual({ slurs: ["grunt", "snort"] });
    expect(draft.rules[0]?.when.words).toEqual([]);
  });
});
