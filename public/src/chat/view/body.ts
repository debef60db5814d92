/** The body of a message as nodes: text, links, formatting, and stars that have words for those who hear them. */
import type { Language } from "../../common/language/language.ts";
import { pieces } from "../../common/links.ts";
import { FORMATTED_CHARS, FORMATTED_DEPTH } from "../limits.ts";
import { mentionsIn, type Names } from "../mentions.ts";

export interface Body {
  readonly text: string;
  /** How many words were starred out. */
  readonly spans: number;
  /** Who can be mentioned in it. */
  readonly names: Names;
}

/** What may be formatting: a sign of it, or a line that begins as a quote or a list does. */
const SIGNS = /[*_`~]|^[ \t]*(?:>|[-+]\s|\d{1,9}[.)]\s)/m;
const DEEP = new RegExp(`^(?:[ \\t]*(?:>|[-+*]|\\d+[.)])){${FORMATTED_DEPTH + 1}}`, "m");

/** Fills the place of a text. Formatting, where it has some, comes in once the parser is here; until then it can be read. */
export function fillBody(place: HTMLElement, body: Body, language: Language): void {
  place.append(...bodyNodes(body, language));
  const { text, spans } = body;
  // Stars that stand for a masked word are no formatting.
  if (spans > 0 || !SIGNS.test(text) || text.length > FORMATTED_CHARS || DEEP.test(text)) return;
  void format(place, body, language);
}

async function format(place: HTMLElement, body: Body, language: Language): Promise<void> {
  const { formattedNodes } = await import("./formatted.ts");
  const nodes = formattedNodes(body.text, (text) => bodyNodes({ ...body, text }, language));
  if (nodes !== null) place.replaceChildren(...nodes);
}

/** The nodes of a body. Nothing that people write becomes markup. */
function bodyNodes({ text, spans, names }: Body, language: Language): Node[] {
  const plain = (part: string): Node[] => (spans > 0 ? starred(part, spans, language) : [new Text(part)]);
  return pieces(text, spans > 0).flatMap((piece) => {
    if (piece.kind === "text") return withMentions(piece.text, names, plain);
    const anchor = link(piece.text, piece.href);
    return piece.host === null ? [anchor] : [anchor, hostNote(piece.host, language)];
  });
}

function link(text: string, href: string): HTMLElement {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.rel = "noopener nofollow";
  anchor.target = "_blank";
  anchor.textContent = text;
  return anchor;
}

/** A text in which mentions stand out, those of oneself most. */
function withMentions(text: string, names: Names, plain: (part: string) => Node[]): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const mention of mentionsIn(text, names)) {
    const marked = document.createElement(mention.isMe ? "mark" : "span");
    marked.className = "mention";
    marked.textContent = text.slice(mention.start, mention.end);
    nodes.push(...plain(text.slice(end, mention.start)), marked);
    end = mention.end;
  }
  return [...nodes, ...(end < text.length ? plain(text.slice(end)) : [])];
}

/** A note that says where a link leads, because its letters could pass for others. */
function hostNote(host: string, { say }: Language): HTMLElement {
  const note = document.createElement("small");
  note.className = "real-host";
  note.textContent = ` (${say("realHost", { host })})`;
  return note;
}

/** A run of stars is a masked word; where people wrote stars of their own, too, a short run is theirs. */
function starred(text: string, spans: number, { say }: Language): Node[] {
  const runs = text.match(/\*+/g) ?? [];
  const least = runs.length === spans ? 1 : 3;
  return text.split(/(\*+)/).flatMap((part): Node[] => {
    if (part === "") return [];
    if (part[0] !== "*" || part.length < least) return [new Text(part)];
    const stars = document.createElement("span");
    stars.className = "masked";
    stars.role = "img";
    stars.ariaLabel = say("maskedWord");
    stars.textContent = part;
    return [stars];
  });
}
