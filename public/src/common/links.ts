/** Links in what people write: where they are, and which of them are safe to follow. */

/** A piece of a message: plain text, or a link that is safe to follow. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  /** `host`: where the link leads, when its text shows letters that could pass for others. */
  | { readonly kind: "link"; readonly text: string; readonly href: string; readonly host: string | null };

// Bidirectional controls end a link: inside one they could make an address read as another.
const CANDIDATE = /(?<![\p{L}\p{N}_@.-])(?:https?:\/\/|www\.)[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const TRAILING = /[.,;:!?…*_~]+$/u;

/**
 * Cuts a text into plain pieces and links to the web. Joined together the pieces are the text again, unit for unit. In a
 * starred text an address with stars is none: what is left of it would lead somewhere else.
 */
export function pieces(text: string, isStarred = false): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    if (isStarred && match[0].includes("*")) continue;
    const candidate = trim(match[0]);
    const url = safeUrl(candidate);
    if (url === null) continue;
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push({ kind: "link", text: candidate, href: url.href, host: isForeign(url) ? url.host : null });
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
function safeUrl(candidate: string): URL | null {
  const isShort = /^www\./i.test(candidate);
  const address = isShort ? `https://${candidate}` : candidate;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (isShort && !/^www\.[^.]+\.[^.]/i.test(url.hostname)) return null;
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" ? url : null;
}

/** Is a host written with letters that are not a-z? */
function isForeign({ hostname }: URL): boolean {
  return hostname.split(".").some((part) => part.startsWith("xn--"));
}

/** Is the text so long that it starts folded? */
export function isLong(text: string, chars: number, lines: number): boolean {
  return text.length > chars || text.split("\n", lines + 1).length > lines;
}
