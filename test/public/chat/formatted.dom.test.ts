/** Formatting: what is made of it, and what is shown as it was written. */
import { describe, expect, test, vi } from "vitest";
import { FORMATTED_CHARS } from "../../../public/src/chat/limits.ts";
import { namesOf } from "../../../public/src/chat/mentions.ts";
import { fillBody } from "../../../public/src/chat/view/body.ts";
import { formattedNodes } from "../../../public/src/chat/view/formatted.ts";
import { english } from "../../../public/src/common/language/english.ts";
import { createLanguage } from "../../../public/src/common/language/language.ts";

/** The formatted text as HTML, or the text itself where nothing in it is formatting. */
function html(text: string): string {
  const place = document.createElement("div");
  place.append(...(formattedNodes(text, (plain) => [new Text(plain)]) ?? [new Text(text)]));
  return place.innerHTML;
}

describe("formatting", () => {
  test.each([
    ["**bold** and *light* and ~~gone~~", "<p><strong>bold</strong> and <em>light</em> and <s>gone</s></p>"],
    ["say `npm start`!", "<p>say <code>npm start</code>!</p>"],
    ["say `a*b*c`!", "<p>say <code>`a*b*c`</code>!</p>"],
    ["```\na *b*\n```", "<pre><code>a *b*</code></pre>"],
    ["> said *she*", "<blockquote><p>said <em>she</em></p></blockquote>"],
    ["- one\n- two", "<ul><li>one</li><li>two</li></ul>"],
    ["3. tea\n4. cake", '<ol start="3"><li>tea</li><li>cake</li></ol>'],
    ["**a**\nb", "<p><strong>a</strong>\nb</p>"],
  ])("%j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  test.each([
    "2 * 3 * 4",
    "# no heading",
    "snake_case_name",
    "a | b\n--|--\n1 | 2",
    "![picture](https://example.com/a.png)",
    "[text](https://example.com)",
    "https://example.com/a_b_c/_d_/*e*",
    "\\*not\\*",
    "&#112;",
    "- [ ] a task",
    "```",
    "```potato salad\nx\n```",
  ])("%j is shown as it was written", (text) => {
    const place = document.createElement("div");
    place.textContent = text;
    expect(html(text)).toBe(place.innerHTML);
  });

  test("markup of people's own is text, in formatting too", () => {
    expect(html("**x** <b>x</b> <img src=x> `<i>`")).toBe(
      "<p><strong>x</strong> &lt;b&gt;x&lt;/b&gt; &lt;img src=x&gt; <code>`&lt;i&gt;`</code></p>",
    );
  });

  test.each(["po**ta**to", "**po***tato*", "*p***ot**ato", "`po`tato", "**po**`ta`~~to~~", "*po**ta**to*"])(
    "%j puts no word together: signs inside a word are no formatting",
    (text) => expect(html(text)).toBe(text),
  );

  test.each([
    ">".repeat(4_000),
    "*".repeat(4_000),
    "*a_".repeat(1_300),
    "`".repeat(4_000),
    "- ".repeat(2_000),
    "**a".repeat(1_300),
  ])("a text made to be hard (%#) is shown", async (text) => {
    const place = document.createElement("div");
    fillBody(
      place,
      { text: text.slice(0, FORMATTED_CHARS), spans: 0, names: namesOf([], null) },
      createLanguage("en", english),
    );
    await new Promise((resolve) => setTimeout(resolve));
    expect(place.textContent).not.toBe("");
  });

  test("stars that stand for a masked word are no formatting", async () => {
    const place = document.createElement("div");
    fillBody(place, { text: "**** a ****", spans: 2, names: namesOf([], null) }, createLanguage("en", english));
    await new Promise((resolve) => setTimeout(resolve));
    expect(place.textContent).toBe("**** a ****");
    expect(place.querySelector("strong, em, ul")).toBeNull();
  });

  test("a message with a masked word is shown as it was written, all of it", async () => {
    const shown = (text: string, spans: number): HTMLElement => {
      const place = document.createElement("div");
      fillBody(place, { text, spans, names: namesOf([], null) }, createLanguage("en", english));
      return place;
    };
    const plain = shown("> **I like** tomato", 0);
    const masked = shown("> **I like** ******", 1);
    await vi.waitFor(() => expect(plain.querySelector("blockquote strong")).not.toBeNull());
    expect(masked.textContent).toBe("> **I like** ******");
    expect(masked.querySelector("blockquote, strong, em")).toBeNull();
  });
});
