/** The body of a message as nodes: text, links, and stars that have words for those who hear them. */
import type { Language } from "../../common/language/language.ts";
import { pieces } from "../../common/links.ts";

export interface Body {
  readonly text: string;
  /** How many words were starred out. */
  readonly spans: number;
}

/** The nodes of a body. Nothing that people write becomes markup. */
export function bodyNodes({ text, spans }: Body, language: Language): Node[] {
  return pieces(text, spans > 0).flatMap((piece) => {
    if (piece.kind === "text") return spans > 0 ? starred(piece.text, spans, language) : [new Text(piece.text)];
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

/** Says where a link leads whose letters could pass for others. */
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
