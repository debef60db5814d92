/** Links in what people write: where they are, and which of them are safe to follow. */
/** A piece of a message: plain text, or a link that is safe to follow. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

// Bidirectional controls end a link: inside one they could make an address read as another.
const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const TRAILING = /[.,;:!?…*_~]+$/u;

/** Cuts a text into plain pieces and http(s) links. Joined together the pieces are the text again, unit for unit. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const candidate = trim(match[0]);
    const href = safeHref(candidate);
    if (href === null) continue;
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push({ kind: "link", text: candidate, href });
    end = match.index + candidate.length;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

/** Punctuation after an address belongs to the sentence, as does a closing bracket that the address did not open. */
function trim(candidate: string): string {
  let address = candidate;
  for (;;) {
    const shorter = address.replace(TRAILING, "");
    const last = shorter.at(-1);
    const open = last === ")" ? "(" : last === "]" ? "[" : null;
    if (open !== null && last !== undefined && count(shorter, last) > count(shorter, open)) {
      address = shorter.slice(0, -1);
    } else return shorter;
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

/** The address to follow, or null: only http and https, and no user part (`https://bank.example@evil.example`). */
function safeHref(candidate: string): string | null {
  if (!URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  const web = url.protocol === "http:" || url.protocol === "https:";
  return web && url.username === "" && url.password === "" ? url.href : null;
}

/** Is the text so long that it starts folded? */
export function isLong(text: string, chars: number, lines: number): boolean {
  return text.length > chars || text.split("\n", lines + 1).length > lines;
}
