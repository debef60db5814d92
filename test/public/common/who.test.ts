/** Who somebody is, and how look-alikes are told apart. */
import { describe, expect, test } from "vitest";
import { hue, skeleton, tellApart, who } from "../../../public/src/common/who.ts";

describe("who", () => {
  test.each(["k3m9xq", "k3m9xq2pdz"])("splits a client id into name and person, %s", (person) => {
    expect(who(`Ann Lee.${person}`)).toEqual({ id: `Ann Lee.${person}`, name: "Ann Lee", person, suffix: person });
  });

  test.each(["_x_.abc234", "O'Neil-Ho 2.abc234", "Мира.abc234", "अनु.abc234"])(
    "takes every name that the server gives: %s",
    (id) => {
      expect(who(id)).toMatchObject({ name: id.slice(0, -7), suffix: "abc234" });
    },
  );

  test("shows a plain id without a suffix as it is", () => {
    expect(who("bot")).toEqual({ id: "bot", name: "bot", person: "bot", suffix: "" });
  });

  test.each([
    undefined,
    "",
    "<b>x</b>.abc234",
    "a.b.c",
    "\u202eAnn.abc234",
    "Ann.abc23",
    "-.abc234",
    "*",
    "Ada\u3164.xyz234",
    "\uffa0.abc234",
  ])("shows nothing of an id that no visitor can have: %j", (id) => {
    expect(who(id)).toMatchObject({ name: "", suffix: "" });
  });

  test("does not show a name that is longer than a name can be", () => {
    expect(who(`${"a".repeat(97)}.abc234`).name).toBe("");
  });
});

describe("skeleton", () => {
  test.each([
    ["Ann", "ann"],
    ["Ann", "Аnn"], // Cyrillic A
    ["Paul", "Pau1"],
    ["Bob", "B0b"],
    ["Jose", "José"],
    ["Tom", "T o-m"],
    ["amy", "arny"],
    ["Ada", "Ada\u3164"], // Hangul filler: a letter that nobody sees
    ["Ada", "A\u115fda"],
  ])("%s and %s look alike", (one, other) => {
    expect(skeleton(one)).toBe(skeleton(other));
  });

  test("different names differ", () => {
    expect(skeleton("Ann")).not.toBe(skeleton("Anna"));
  });
});

describe("tellApart", () => {
  test("gives look-alikes different colours and marks them", () => {
    const twins = Array.from({ length: 12 }, (_, index) => who(`Ann.aaaaa${"abcdefghijkm"[index]}`));
    const looks = tellApart(twins);
    expect(new Set([...looks.values()].map((look) => look.hue)).size).toBe(12);
    expect([...looks.values()].every((look) => look.lookalike)).toBe(true);
  });

  test("a letter that nobody sees tells nobody apart", () => {
    const looks = tellApart([
      { id: "Ada.abc234", name: "Ada", person: "abc234", suffix: "abc234" },
      { id: "Ada\u3164.xyz234", name: "Ada\u3164", person: "xyz234", suffix: "xyz234" },
    ]);
    expect([...looks.values()].map((look) => look.lookalike)).toEqual([true, true]);
  });

  test("leaves a name of its own its own colour and no mark", () => {
    const looks = tellApart([who("Ann.abc234"), who("Bob.bbb222"), who("Ann.abc234")]);
    expect(looks.get("Ann.abc234")).toEqual({ hue: hue("abc234"), lookalike: false });
  });

  test("somebody's names have one colour, and are no look-alikes of each other", () => {
    const looks = tellApart([who("Ann.abc234"), who("ann.abc234"), who("Anna.abc234")]);
    expect([...looks.values()]).toEqual(Array(3).fill({ hue: hue("abc234"), lookalike: false }));
  });

  test("goes by the names that are shown: in German somebody called Gast looks like whoever has no name", () => {
    const crowd = [who("Guest.abc234"), who("Gast.bbb222")];
    expect([...tellApart(crowd).values()].map(({ lookalike }) => lookalike)).toEqual([false, false]);
    const looks = [...tellApart(crowd, ({ name }) => (name === "Guest" ? "Gast" : name)).values()];
    expect(looks.map(({ lookalike }) => lookalike)).toEqual([true, true]);
    expect(new Set(looks.map((look) => look.hue)).size).toBe(2);
  });

  test("ends with more look-alikes than colours", () => {
    const crowd = Array.from({ length: 40 }, (_, index) => who(`Ann.aaaa${String(index).padStart(2, "0")}`));
    expect(tellApart(crowd).size).toBe(40);
  });
});
