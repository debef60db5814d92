/** Named lists in one moderator. All entries share one search, and each hit names the list that its entry stands in. */
import { compileTerm, type Term } from "./term.ts";

/** A list with a name, such as a category, a language or a room. */
export interface NamedList {
  readonly name: string;
  readonly words: readonly string[];
  /** Exceptions of this list. The other lists do not use them. */
  readonly allow?: readonly string[] | undefined;
  /** Is an entry hit by this spelling only, as if each began with `=`? */
  readonly match?: "exact" | "disguised" | undefined;
}

export interface Lists {
  readonly words: readonly string[];
  readonly allow?: readonly string[] | undefined;
  readonly lists?: readonly NamedList[] | undefined;
}

/** The terms of all lists. */
export class CompiledLists {
  readonly banned: readonly Term[];
  readonly allowed: readonly Term[];
  readonly #names = new Map<Term, string>();

  constructor({ words, allow = [], lists = [] }: Lists) {
    const banned = words.map((word) => compileTerm(word));
    const allowed = allow.map((entry) => compileTerm(entry, true));
    const names = new Set<string>();
    for (const list of lists) {
      if (names.has(list.name)) throw new Error(`unable to use two lists with the name ${JSON.stringify(list.name)}`);
      names.add(list.name);
      for (const word of list.words) banned.push(this.#named(compileTerm(word, list.match === "exact"), list.name));
      for (const entry of list.allow ?? []) allowed.push(this.#named(compileTerm(entry, true), list.name));
    }
    this.banned = banned;
    this.allowed = allowed;
  }

  /** The name of a term's list; undefined for an entry that was given without a list. */
  nameOf(term: Term): string | undefined {
    return this.#names.get(term);
  }

  #named(term: Term, name: string): Term {
    this.#names.set(term, name);
    return term;
  }
}
