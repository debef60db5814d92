/**
 * Formatting in a safe subset: bold, italics, struck out, code, quotes and lists. A parser of others finds them; what they
 * become is made here as nodes, never as HTML. Loaded with the first message that needs it.
 */
import { Lexer, type MarkedToken, type Token, Tokenizer } from "marked";

/** Makes the nodes of a plain piece of text. */
type Plain = (text: string) => Node[];

const none = (): undefined => undefined;
const LINK = /^(?:https?:\/\/|www\.)[^\s<>"'`]+/i;

/** Only what the subset has. Links are found elsewhere; here one is a text that is not looked into. */
const tokenizer = Object.assign(new Tokenizer(), {
  code: none,
  heading: none,
  lheading: none,
  hr: none,
  html: none,
  def: none,
  table: none,
  escape: none,
  link: none,
  reflink: none,
  tag: none,
  autolink: none,
  url(text: string) {
    const raw = LINK.exec(text)?.[0];
    return raw === undefined ? undefined : { type: "text", raw, text: raw, escaped: false };
  },
});
const ELEMENTS = { strong: "strong", em: "em", del: "s", blockquote: "blockquote", list_item: "li" } as const;

/** What formatting takes away: its signs, the numbers of a list, the language of a block of code. */
const TAKEN = /^\s*(?:`{3,}|~{3,})\w{1,12}$|^[\s>]*\d{1,9}[.)]|[\s*_`~>+-]/gm;

/**
 * The nodes of a formatted text, or null where nothing in it is formatting. A sign that stands inside a word, or between
 * two formatted parts that touch, is no formatting: so nothing is put together on the screen that nobody looked at. Nor is
 * it where something besides signs would vanish.
 */
export function formattedNodes(text: string, plain: Plain): Node[] | null {
  const tokens = new Lexer({ gfm: true, tokenizer }).lex(text);
  if (!tokens.some(isFormatting) || !standsApart(tokens)) return null;
  const shown = textOf(tokens);
  const isWhole = bare(shown) === bare(text) && shown.trim() !== "";
  return isWhole ? nodesOf(tokens, plain) : null;
}

const bare = (text: string): string => text.replace(TAKEN, "");

/** What is read of these tokens; blocks are lines. */
function textOf(tokens: readonly Token[]): string {
  return (tokens as readonly MarkedToken[])
    .map((token) => {
      const inner = token.type === "list" ? token.items : "tokens" in token ? token.tokens : undefined;
      if (INLINE.has(token.type) || token.type === "text")
        return inner ? textOf(inner) : "text" in token ? token.text : "";
      return `${inner ? textOf(inner) : "text" in token ? token.text : ""}\n`;
    })
    .join("");
}

function nodesOf(tokens: readonly Token[], plain: Plain): Node[] {
  return (tokens as readonly MarkedToken[]).flatMap((token) => nodeOf(token, plain));
}

function nodeOf(token: MarkedToken, plain: Plain): Node[] {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
    case "blockquote":
    case "list_item":
      return [element(ELEMENTS[token.type], nodesOf(token.tokens, plain))];
    case "paragraph":
      return [element("p", nodesOf(token.tokens, plain))];
    case "text":
      return token.tokens === undefined ? plain(token.text) : nodesOf(token.tokens, plain);
    case "codespan":
      return [element("code", [new Text(codeOf(token))])];
    case "code":
      return [element("pre", [element("code", [new Text(token.text)])])];
    case "list": {
      const list = element(token.ordered ? "ol" : "ul", nodesOf(token.items, plain));
      if (list instanceof HTMLOListElement && token.start !== "") list.start = token.start;
      return [list];
    }
    case "space":
      return [];
    case "br":
      return [new Text("\n")];
    default:
      return [new Text(token.raw)];
  }
}

function element(name: keyof HTMLElementTagNameMap, children: readonly Node[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** Letters, digits and the punctuation of sentences. */
const SIMPLE = /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\s.,;:!?'’"%&/=+-]*$/u;

/** The text of code: without its ticks, unless it has signs that would read differently without them. */
const codeOf = ({ text, raw }: { text: string; raw: string }): string => (SIMPLE.test(text) ? text : raw);

const INLINE = new Set(["strong", "em", "del", "codespan"]);

function isFormatting(token: Token): boolean {
  if (INLINE.has(token.type) || ["blockquote", "list", "code"].includes(token.type)) return true;
  return "tokens" in token && (token.tokens ?? []).some(isFormatting);
}

/** Is every formatted part made of simple whole words, with white space around them and their punctuation? */
function standsApart(tokens: readonly Token[]): boolean {
  return tokens.every((token, index) => {
    const before = tokens[index - 1]?.raw ?? "";
    const after = tokens[index + 1]?.raw ?? "";
    if (INLINE.has(token.type) && !(/(?:^|\s)[([“„«"]*$/.test(before) && /^[.,;:!?…)\]”»"]*(?:\s|$)/.test(after)))
      return false;
    const inner = token.type === "list" ? token.items : "tokens" in token ? token.tokens : undefined;
    if (INLINE.has(token.type) && inner !== undefined && !SIMPLE.test(textOf(inner))) return false;
    return standsApart(inner ?? []);
  });
}
