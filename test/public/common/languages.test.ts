/** The languages of the page: each of them whole, with its plural forms, and said by code. */
import { describe, expect, test } from "vitest";
import { english, englishReasons } from "../../../public/src/common/language/english.ts";
import { createLanguage, type Words } from "../../../public/src/common/language/language.ts";
import { loadWords, regionOf, TAGS } from "../../../public/src/common/language/languages.ts";
import { DOCUMENTS } from "../../../public/src/common/language/source.ts";

const places = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe.each(TAGS)("in %s", (tag) => {
  test("every sentence is there, with the same places in it as in English", async () => {
    const words: Words = await loadWords(tag);
    const keys = (one: Words) => [one.texts, one.counts, one.reasons].map((part) => Object.keys(part).sort());
    // In English some of the reasons are left to whoever says no.
    const reasons = tag === "en" ? english.reasons : { ...english.reasons, ...englishReasons };
    expect(keys(words)).toEqual(keys({ ...english, reasons }));
    expect(Object.keys(DOCUMENTS[tag]).sort()).toEqual(Object.keys(DOCUMENTS.en).sort());
    expect(Object.values(DOCUMENTS[tag])).not.toContain("");
    for (const [key, sentence] of Object.entries(words.texts)) {
      expect(sentence).not.toBe("");
      expect([key, places(sentence)]).toEqual([key, places(english.texts[key as keyof typeof english.texts])]);
    }
  });

  test("a count has the plural forms that the language has, and no others", async () => {
    const words = await loadWords(tag);
    const forms = [...new Intl.PluralRules(tag).resolvedOptions().pluralCategories].sort();
    for (const sentences of Object.values(words.counts)) expect(Object.keys(sentences).sort()).toEqual(forms);
  });
});

test("a reason is said by its code; in English, where it is said already, in the words that came with it", async () => {
  const reason = { code: "unknown-message", message: "There is no such message; it may have been removed." };
  const inGerman = createLanguage("de", await loadWords("de"));
  expect(inGerman.because(reason)).toBe("Diese Nachricht gibt es nicht; vielleicht wurde sie entfernt.");
  expect(createLanguage("en", english).because(reason)).toBe(reason.message);
  for (const code of ["toString", "constructor", "nobody knows this"])
    expect(inGerman.because({ code, message: "In its own words." })).toBe("In its own words.");
  expect(inGerman.because({ code: "", message: "" })).toBe("Ein Grund wurde nicht genannt");
});

test("a rule's own sentence is said as it is, in every language", async () => {
  const language = createLanguage("de", await loadWords("de"));
  const blocked = { code: "blocked", message: "That word is not used here." };
  expect(language.because(blocked)).toBe((await loadWords("de")).reasons.blocked);
  expect(language.because({ ...blocked, isRuleOwn: true })).toBe("That word is not used here.");
});

test("Arabic counts, lists and isolates as Arabic does", async () => {
  const language = createLanguage("ar", await loadWords("ar"));
  expect(language.direction).toBe("rtl");
  expect(language.count("newMessages", 2)).toBe("رسالتان جديدتان");
  expect(language.count("newMessages", 5)).toMatch(/^[5٥] رسائل جديدة$/);
  expect(language.say("typingOne", { name: "Ann" })).toBe("\u2068Ann\u2069 يكتب…");
});

test("every digit of a sentence is one of the visitor's region", async () => {
  const words = await loadWords("ar");
  const [inEgypt, inMorocco] = [createLanguage("ar-EG", words), createLanguage("ar-MA", words)];
  const sentences = (language: typeof inEgypt) => [
    language.say("roomRule"),
    language.because({ code: "invalid_name", message: "" }),
    language.count("newMessages", 1_050),
    language.say("manyUnread", { n: language.number(50) }),
  ];
  for (const sentence of sentences(inEgypt)) expect(sentence).toMatch(/^[^0-9]*[٠-٩][^0-9]*$/);
  for (const sentence of sentences(inMorocco)) expect(sentence).toMatch(/^[^٠-٩]*[0-9][^٠-٩]*$/);
  expect(createLanguage("en-GB", english).say("roomRule")).toBe(english.texts.roomRule);
});

test("an Arabic name leaves an English sentence in its order", () => {
  const language = createLanguage("en", english);
  expect(language.say("typingOne", { name: "ليلى" })).toBe("\u2068ليلى\u2069 is typing…");
  expect(language.say("typingOne", { name: "Ann" })).toBe("Ann is typing…");
});

test("dates and digits are those of the visitor's region", () => {
  expect(regionOf("de", ["en-GB", "de-AT", "de"])).toBe("de-AT");
  expect(regionOf("es", ["en-GB"])).toBe("es");
});
