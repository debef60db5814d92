/** Named lists in one moderator. All entries share one search, and each hit names the list that its entry stands in. */
import { VARIED_LANGUAGES } from "./file-format.ts";
import { compileTerm, compileTerms, type Match, type Term, type VariantsOf } from "./term.ts";

/** A list with a name, such as a category, a language or a room. */
export interface NamedList {
  readonly name: string;
  readonly words: readonly string[];
  /** Exceptions of this list. The other lists do not use them. */
  readonly allow?: readonly string[] | undefined;
  /** Does each entry count as if it began with `=` (exact) or with `~` (variants)? */
  readonly match?: Match | undefined;
  /** The language of its entries, as in `zh`. Where a language is written in several ways, all of them are hits. */
  readonly language?: string | undefined;
}

export interface Lists {
  readonly words: readonly string[];
  readonly allow?: readonly string[] | undefined;
  readonly lists?: readonly NamedList[] | undefined;
}

/** The name of a list; undefined for the entries that were given without one. */
export type ListName = string | undefined;

/** The terms of all lists. An entry that stands in several lists is one term, so a thousand lists cost no more than one. */
export class CompiledLists {
  readonly banned: readonly Term[];
  readonly allowed: readonly Term[];
  /** Does some list have a name? */
  readonly areNamed: boolean;
  readonly #names = new Map<Term, ListName[]>();

  constructor({ words, allow = [], lists = [] }: Lists, variantsOf: VariantsOf) {
    const banned = new Collection(this.#names, variantsOf);
    const allowed = new Collection(this.#names, variantsOf);
    banned.addUnnamed(words, "disguised");
    allowed.addUnnamed(allow, "exact");
    const names = new Set<string>();
    for (const list of lists) {
      const { name, language = "" } = list;
      if (names.has(name)) throw new Error(`unable to use two lists with the name ${JSON.stringify(name)}`);
      names.add(name);
      const match = list.match ?? (VARIED_LANGUAGES.has(language) ? "variants" : "disguised");
      for (const word of list.words) banned.add(name, word, match);
      for (const entry of list.allow ?? []) allowed.add(name, entry, "exact");
    }
    this.banned = banned.terms;
    this.allowed = allowed.terms;
    this.areNamed = names.size > 0;
  }

  /** The lists that a term stands in. */
  namesOf(term: Term): readonly ListName[] {
    return this.#names.get(term) ?? UNNAMED;
  }
}

const UNNAMED: readonly ListName[] = [undefined];

/** Does an entry ask for its other ways of writing? */
export const isVaried = (written: string): boolean => written.trimStart().startsWith("~");

/** Terms while they are collected, each with the names of its lists. */
class Collection {
  readonly terms: Term[] = [];
  readonly #names: Map<Term, ListName[]>;
  readonly #variantsOf: VariantsOf;
  readonly #known = new Map<string, readonly Term[]>();

  constructor(names: Map<Term, ListName[]>, variantsOf: VariantsOf) {
    this.#names = names;
    this.#variantsOf = variantsOf;
  }

  /** Add the entries that stand in no list. */
  addUnnamed(entries: readonly string[], match: Match): void {
    for (const written of entries) {
      if (match === "exact") this.terms.push(compileTerm(written, true));
      else if (isVaried(written)) this.terms.push(...this.#compile(written, match));
      else this.terms.push(compileTerm(written));
    }
  }

  /** Add an entry of a list with a name. */
  add(name: string, written: string, match: Match): void {
    const key = `${match} ${written}`;
    let terms = this.#known.get(key);
    if (terms === undefined) {
      terms = match === "exact" ? [compileTerm(written, true)] : this.#compile(written, match);
      this.#known.set(key, terms);
      for (const term of terms) {
        this.terms.push(term);
        this.#names.set(term, [name]);
      }
    } else for (const term of terms) if (!this.#names.get(term)?.includes(name)) this.#names.get(term)?.push(name);
  }

  #compile(written: string, match: Match): Term[] {
    return compileTerms(written, { match, variantsOf: this.#variantsOf });
  }
}
