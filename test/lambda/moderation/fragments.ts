/** Text for property tests: pieces of entries, disguised and whole, between everything that may stand around them. */
import fc from "fast-check";

/** Entries of every kind, several of them with the same beginnings, letters and look-alikes. */
export const ENTRIES = [
  "potato",
  "potatoes",
  "cabbage",
  "bean",
  "ass",
  "tax",
  "taxi",
  "hell",
  "cop",
  "ill",
  "cool",
  "hot dog",
  "dog bean cop",
  "tat*",
  "*bba*",
  "*age",
  "土豆",
  "豆",
  "T恤",
  "มัน",
  "сор",
  "кот",
  "σας",
  "आलू",
  "감자",
  "straße",
  "b2b",
  "a$$",
];

const LETTERS = [..."potatoescabbgelihdxnPOTASELI"];
const DISGUISED = [..."04@3€8(1!|5$7+69ßﬁµ²①", ..."аоеросΝνΗσІіЅԁ", ..."ａｏ𝐚𝐨Ⓐⓞ🅰🅾🇦🇴ᴀᴏᵃᵒ"];
const OTHERS = [..."土豆恤มันอ่าकआलूкотсорσας", "감자", "ᄀ", "ᅡ", "ᆷ", "カ", "だ", "〇", "ー"];
const BETWEEN = [
  ..." .-_*'’,/()[]<>:\n",
  "  ",
  "***",
  "**",
  "\u200b",
  "\u00ad",
  "\u0301",
  "\u0308",
  "\ufe0f",
  "🥔",
  "👩‍👩‍👧",
];
const MARKUP = ["<b>", "</b>", "](http://a.b)", "&#111;", "&#8203;", "§c", "-\n", "[b]", "\u001b[31m", "&c"];
const KEPT = ["http://", "www.", "@", ":", "`", "`a=", "(o_o)", "@a.b"];
const LONE = ["\ud800", "\udc00", "\ufffd", "\u3164", "\u0600", "\u{e0061}", "，", "。"];

const spelled = fc
  .tuple(fc.constantFrom(...ENTRIES), fc.constantFrom(...BETWEEN))
  .map(([entry, between]) => [...entry.replaceAll("*", "")].join(between));

/** A text of up to a few dozen pieces. */
export const fragments: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...LETTERS) },
      { weight: 3, arbitrary: fc.constantFrom(...BETWEEN) },
      { weight: 2, arbitrary: fc.constantFrom(...DISGUISED) },
      { weight: 2, arbitrary: fc.constantFrom(...ENTRIES.map((entry) => entry.replaceAll("*", ""))) },
      { weight: 1, arbitrary: spelled },
      { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
      { weight: 1, arbitrary: fc.constantFrom(...MARKUP) },
      { weight: 1, arbitrary: fc.constantFrom(...KEPT) },
      { weight: 1, arbitrary: fc.constantFrom(...LONE) },
      { weight: 1, arbitrary: fc.constant(" ") },
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(""));
