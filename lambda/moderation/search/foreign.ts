/**
 * Words of other scripts: a word that is written wholly in another script than its entry is a word of that script (сор
 * is not cop), unless letters of the entry's script stand around it. The nearest letters on both sides decide.
 */

import type { Term } from "../list/term.ts";
import { BARRIER_STARS } from "../reading/characters.ts";
import { glyphOf } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import type { Found } from "./search.ts";

const NAMES =
  "Latin Cyrillic Greek Armenian Hebrew Arabic Cherokee Lisu Coptic Georgian Devanagari Han Hiragana Katakana Hangul".split(
    " ",
  );
// within functions, since a pattern with Unicode's tables is made when it is met: few texts need all of them
const isOf = (name: string, char: string): boolean => new RegExp(`\\p{sc=${name}}`, "u").test(char);
const isNeutral = (char: string): boolean => /[\p{sc=Common}\p{sc=Inherited}]/u.test(char);
const OTHER = "other";
const LATIN = "Latin";

const REMEMBERED = new Map<number, string | undefined>();

/** The script of a letter; undefined for other characters and for letters of no script, such as 𝐚 or Ⓐ. */
function scriptOf(point: number): string | undefined {
  if ((point | 0x20) >= 0x61 && (point | 0x20) <= 0x7a) return LATIN;
  if (REMEMBERED.has(point)) return REMEMBERED.get(point);
  const glyph = glyphOf(point);
  const hasScript = glyph.kind === KIND.letter && !isNeutral(glyph.char);
  const script = hasScript ? (NAMES.find((name) => isOf(name, glyph.char)) ?? OTHER) : undefined;
  REMEMBERED.set(point, script);
  return script;
}

function scriptsOf(text: string): Set<string> {
  const scripts = new Set<string>();
  for (const char of text) {
    const script = scriptOf(char.codePointAt(0) ?? 0);
    if (script !== undefined) scripts.add(script);
  }
  return scripts;
}

const ASCII = /^[ -~]*$/;
const LATIN_ONLY: ReadonlySet<string> = new Set([LATIN]);
const ofTerm = new WeakMap<Term, ReadonlySet<string>>();

function scriptsOfTerm(term: Term): ReadonlySet<string> {
  if (ASCII.test(term.entry.body)) return LATIN_ONLY;
  let scripts = ofTerm.get(term);
  if (scripts === undefined) {
    const written = scriptsOf(term.entry.body);
    scripts = written.size > 0 ? written : new Set([LATIN]);
    ofTerm.set(term, scripts);
  }
  return scripts;
}

function isForeign(text: string, { start, end, term }: Found): boolean {
  const own = scriptsOfTerm(term);
  let other: string | undefined;
  for (let at = start; at < end; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at += 1;
    const script = scriptOf(point);
    if (script === undefined) continue;
    if (own.has(script) || (other !== undefined && other !== script)) return false;
    other = script;
  }
  return other !== undefined;
}

const EDGE = "edge";

/** What stands beside a word: a script, "edge" where the text ends, or "mask" where stars hide it. */
interface Neighbour {
  readonly at: number;
  readonly script: string;
}

function before(text: string, offset: number): Neighbour {
  let stars = 0;
  for (let at = offset; at > 0; ) {
    let point = text.charCodeAt(at - 1);
    if (point >= 0xdc00 && point <= 0xdfff && at > 1) point = text.codePointAt(at - 2) ?? point;
    at -= point > 0xffff ? 2 : 1;
    stars = point === 0x2a ? stars + 1 : 0;
    if (stars >= BARRIER_STARS) return { at, script: "mask" };
    const script = scriptOf(point);
    if (script !== undefined) return { at, script };
  }
  return { at: -1, script: EDGE };
}

function after(text: string, offset: number): Neighbour {
  let stars = 0;
  for (let at = offset; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0;
    stars = point === 0x2a ? stars + 1 : 0;
    if (stars >= BARRIER_STARS) return { at, script: "mask" };
    const script = scriptOf(point);
    if (script !== undefined) return { at, script };
    at += point > 0xffff ? 2 : 1;
  }
  return { at: text.length, script: EDGE };
}

interface Cluster {
  readonly start: number;
  end: number;
  before: string;
  after: string;
}

/** Leave out words of another script that stand among letters of their own script. */
export function withoutForeign(text: string, found: readonly Found[]): readonly Found[] {
  if (!found.some((hit) => isForeign(text, hit))) return found;
  const clusterOf = new Array<Cluster | undefined>(found.length);
  const clusters = cluster(text, found, clusterOf);
  for (const [index, group] of clusters.entries()) {
    const near = before(text, group.start);
    const previous = clusters[index - 1];
    const isForeignToo = previous !== undefined && near.at >= previous.start && near.at < previous.end;
    group.before = isForeignToo ? previous.before : near.script;
  }
  for (let index = clusters.length - 1; index >= 0; index -= 1) {
    const group = clusters[index] as Cluster;
    const near = after(text, group.end);
    const following = clusters[index + 1];
    const isForeignToo = following !== undefined && near.at >= following.start && near.at < following.end;
    group.after = isForeignToo ? following.after : near.script;
  }
  return found.filter((hit, index) => {
    const group = clusterOf[index];
    return group === undefined || isAmongItsEntrys(hit, group);
  });
}

/** Groups foreign words that overlap, because they have the same neighbours. `clusterOf` tells the group of each. */
function cluster(text: string, found: readonly Found[], clusterOf: (Cluster | undefined)[]): Cluster[] {
  const startOf = (index: number): number => (found[index] as Found).start;
  const foreign: number[] = [];
  for (const [index, hit] of found.entries()) if (isForeign(text, hit)) foreign.push(index);
  const clusters: Cluster[] = [];
  let last: Cluster | undefined;
  for (const index of foreign.sort((a, b) => startOf(a) - startOf(b))) {
    const { start, end } = found[index] as Found;
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else {
      last = { start, end, before: EDGE, after: EDGE };
      clusters.push(last);
    }
    clusterOf[index] = last;
  }
  return clusters;
}

/** Do only letters of the entry's script stand around it? */
function isAmongItsEntrys({ term }: Found, group: Cluster): boolean {
  const own = scriptsOfTerm(term);
  if (!own.has(group.before) && !own.has(group.after)) return false;
  return (group.before === EDGE || own.has(group.before)) && (group.after === EDGE || own.has(group.after));
}
