/**
 * The paths of a search: each is one way of reading the text as the beginning of an entry. They are kept in flat
 * arrays, because a search makes and drops them by the thousand.
 */

/** How the letters of a path are broken so far, as bits. */
export const MANNER = {
  whole: 0,
  /** A blank stands between two letters. Then every letter has to stand alone. */
  blanks: 1,
  /** Two letters stand side by side. Then no blank may break the word. */
  chunks: 2,
  /** Something stands between two letters. */
  broken: 4,
  /** A letter is repeated, or something stands between two letters. An exact term does not match then. */
  changed: 8,
} as const;

/** A word with blanks in it is read only when it is spelled letter by letter. */
export const isImpossible = (manner: number): boolean => (manner & 3) === (MANNER.blanks | MANNER.chunks);

/** The state of a path is one number: its manner, its gap, and whether it is soft. */
const MANNERS = 15;
const GAP_SHIFT = 4;
const GAPS = 3 << GAP_SHIFT;
const SOFT = 1 << 6;

/** What is kept of each path, side by side in memory. `Path` says what each of them is. */
const FIELD = { node: 0, state: 1, first: 2, last: 3, taken: 4, breaks: 5, breakAt: 6, widest: 7, letters: 8 } as const;
const FIELDS = 9;
const FIRST_CAPACITY = 64;
const MIX = 0x9e3779b1;
/** Slots are cleared before the numbers in them grow too large. */
const LAST_STAMP = 0x3fffffff;

/** A hash of a node and a state, soft or not. */
const hashOf = (node: number, state: number): number => Math.imul(node * SOFT + (state & ~SOFT), MIX) >>> 16;

/** One path, read from a set. */
export class Path {
  /** The node of the trie that the letters lead to. */
  node = 0;
  manner = 0;
  /** The widest gap since the last letter taken, a value of GAP. */
  gap = 0;
  /** Does it end in a digit or symbol that was read as a repeat of the letter before it? */
  soft = false;
  /** First and last item taken. */
  first = 0;
  last = 0;
  /** How many items it took. */
  taken = 1;
  /** How many breaks it has, the item after the last break, and how many blanks the widest break holds. */
  breaks = 0;
  breakAt = 0;
  widest = 0;
}

/** How a path goes on: the node that it reaches, and what of the rest of it changes. */
export class Step {
  node = 0;
  /** The bits of the letters that may lead on from the node or repeat its own. */
  letters = 0;
  manner = 0;
  soft = false;
  /** The item taken. */
  at = 0;
  /** Is there a break before the item, and how many blanks are in it? */
  isBroken = false;
  blanks = 0;
}

/**
 * A set of paths. Of two that reached the same node in the same state one is enough: the one that began first and is not
 * soft. Both stay when each of them is better in one of these.
 */
export class Paths {
  length = 0;
  #fields = new Int32Array(FIRST_CAPACITY * FIELDS);
  /** The number of the path of a node and state. The paths of the current set have numbers above the stamp. */
  #slots = new Int32Array(FIRST_CAPACITY * 2);
  #stamp = 0;

  clear(): void {
    this.#stamp += this.length;
    this.length = 0;
    if (this.#stamp < LAST_STAMP) return;
    this.#slots.fill(0);
    this.#stamp = 0;
  }

  /** The index of the next path, from this one on, that one of these letters may lead on; the length when there is none. */
  next(index: number, letters: number): number {
    const fields = this.#fields;
    let next = index;
    for (let at = index * FIELDS + FIELD.letters; next < this.length; next += 1, at += FIELDS) {
      if (((fields[at] as number) & letters) !== 0) break;
    }
    return next;
  }

  nodeAt(index: number): number {
    return this.#fields[index * FIELDS] as number;
  }

  mannerAt(index: number): number {
    return (this.#fields[index * FIELDS + FIELD.state] as number) & MANNERS;
  }

  gapAt(index: number): number {
    return ((this.#fields[index * FIELDS + FIELD.state] as number) & GAPS) >>> GAP_SHIFT;
  }

  isSoftAt(index: number): boolean {
    return ((this.#fields[index * FIELDS + FIELD.state] as number) & SOFT) !== 0;
  }

  lastAt(index: number): number {
    return this.#fields[index * FIELDS + FIELD.last] as number;
  }

  /** Read the path with this index into `path`. */
  read(index: number, path: Path): Path {
    const fields = this.#fields;
    const at = index * FIELDS;
    path.node = fields[at] as number;
    path.manner = this.mannerAt(index);
    path.gap = this.gapAt(index);
    path.soft = this.isSoftAt(index);
    path.first = fields[at + FIELD.first] as number;
    path.last = fields[at + FIELD.last] as number;
    path.taken = fields[at + FIELD.taken] as number;
    path.breaks = fields[at + FIELD.breaks] as number;
    path.breakAt = fields[at + FIELD.breakAt] as number;
    path.widest = fields[at + FIELD.widest] as number;
    return path;
  }

  /** Add a path that begins with this step. */
  begin({ node, letters, manner, at }: Step): void {
    const to = this.#placeFor(node, manner, at);
    if (to < 0) return;
    const fields = this.#fields;
    fields[to + FIELD.last] = at;
    fields[to + FIELD.taken] = 1;
    fields[to + FIELD.breaks] = 0;
    fields[to + FIELD.breakAt] = 0;
    fields[to + FIELD.widest] = 0;
    fields[to + FIELD.letters] = letters;
  }

  /** Add the path with this index of another set, which goes on with this step. */
  goOn(paths: Paths, index: number, step: Step): void {
    const from = paths.#fields;
    const of = index * FIELDS;
    const state = step.soft ? step.manner | SOFT : step.manner;
    const to = this.#placeFor(step.node, state, from[of + FIELD.first] as number);
    if (to < 0) return;
    const fields = this.#fields;
    const widest = from[of + FIELD.widest] as number;
    fields[to + FIELD.last] = step.at;
    fields[to + FIELD.letters] = step.letters;
    fields[to + FIELD.taken] = (from[of + FIELD.taken] as number) + 1;
    if (step.isBroken) {
      fields[to + FIELD.breaks] = (from[of + FIELD.breaks] as number) + 1;
      fields[to + FIELD.breakAt] = step.at;
      fields[to + FIELD.widest] = widest > step.blanks ? widest : step.blanks;
    } else {
      fields[to + FIELD.breaks] = from[of + FIELD.breaks] as number;
      fields[to + FIELD.breakAt] = from[of + FIELD.breakAt] as number;
      fields[to + FIELD.widest] = widest;
    }
  }

  /** Add the path with this index of another set, with a gap that is at least so wide. */
  wait(paths: Paths, index: number, gap: number): void {
    const from = paths.#fields;
    const of = index * FIELDS;
    const known = from[of + FIELD.state] as number;
    const least = gap << GAP_SHIFT;
    const state = (known & GAPS) < least ? (known & ~GAPS) | least : known;
    const to = this.#placeFor(from[of] as number, state, from[of + FIELD.first] as number);
    if (to < 0) return;
    const fields = this.#fields;
    fields[to + FIELD.last] = from[of + FIELD.last] as number;
    fields[to + FIELD.taken] = from[of + FIELD.taken] as number;
    fields[to + FIELD.breaks] = from[of + FIELD.breaks] as number;
    fields[to + FIELD.breakAt] = from[of + FIELD.breakAt] as number;
    fields[to + FIELD.widest] = from[of + FIELD.widest] as number;
    fields[to + FIELD.letters] = from[of + FIELD.letters] as number;
  }

  /** Where the fields of a path stand now, after its node, state and first item were set; -1 when it is not needed. */
  #placeFor(node: number, state: number, first: number): number {
    if (this.length * 2 === this.#slots.length) this.#grow();
    const fields = this.#fields;
    const slots = this.#slots;
    const stamp = this.#stamp;
    const mask = slots.length - 1;
    let slot = hashOf(node, state) & mask;
    let at = 0;
    for (;;) {
      const found = (slots[slot] as number) - stamp;
      if (found <= 0) {
        at = this.length * FIELDS;
        this.length += 1;
        slots[slot] = stamp + this.length;
        break;
      }
      at = (found - 1) * FIELDS;
      const known = fields[at + FIELD.state] as number;
      if (fields[at] === node && ((known ^ state) & ~SOFT) === 0) {
        const other = fields[at + FIELD.first] as number;
        if (first >= other && state >= known) return -1;
        if (first <= other && state <= known) break;
      }
      slot = (slot + 1) & mask;
    }
    fields[at] = node;
    fields[at + FIELD.state] = state;
    fields[at + FIELD.first] = first;
    return at;
  }

  #grow(): void {
    const old = this.#fields;
    this.#fields = new Int32Array(old.length * 2);
    this.#fields.set(old);
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.length; index += 1) {
      const at = index * FIELDS;
      let slot = hashOf(old[at] as number, old[at + FIELD.state] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = this.#stamp + index + 1;
    }
  }
}
