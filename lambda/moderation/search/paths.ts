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

const FIELDS = 9;
/** The field that says which slot a path stands in. */
const SLOT = 8;
const FIRST_CAPACITY = 64;
const MIX = 0x9e3779b1;
/** The state of a path is one number: its manner, its gap, and whether it is soft. */
const GAP_SHIFT = 4;
const SOFT = 1 << 6;

/** A hash of a node and a state, soft or not. */
const hashOf = (node: number, state: number): number => Math.imul(node * SOFT + (state & ~SOFT), MIX) >>> 16;

/** One path, while it is worked on. */
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

  copy(from: Path): this {
    this.node = from.node;
    this.manner = from.manner;
    this.gap = from.gap;
    this.soft = from.soft;
    this.first = from.first;
    this.last = from.last;
    this.taken = from.taken;
    this.breaks = from.breaks;
    this.breakAt = from.breakAt;
    this.widest = from.widest;
    return this;
  }
}

/**
 * A set of paths. Of two that reached the same node in the same state one is enough: the one that began first and is not
 * soft. Both stay when each of them is better in one of these.
 */
export class Paths {
  length = 0;
  #fields = new Int32Array(FIRST_CAPACITY * FIELDS);
  /** The index of the path of a node and state, plus one. */
  #slots = new Int32Array(FIRST_CAPACITY * 2);

  clear(): void {
    for (let at = 0; at < this.length; at += 1) this.#slots[this.#fields[at * FIELDS + SLOT] as number] = 0;
    this.length = 0;
  }

  /** The node that a path has reached, and its state, without reading the rest of it. */
  nodeAt(index: number): number {
    return this.#fields[index * FIELDS] as number;
  }

  mannerAt(index: number): number {
    return (this.#fields[index * FIELDS + 1] as number) & 15;
  }

  gapAt(index: number): number {
    return ((this.#fields[index * FIELDS + 1] as number) >>> GAP_SHIFT) & 3;
  }

  /** Read the path with this index into `path`. */
  read(index: number, path: Path): Path {
    const fields = this.#fields;
    const at = index * FIELDS;
    const state = fields[at + 1] as number;
    path.node = fields[at] as number;
    path.manner = state & 15;
    path.gap = (state >>> GAP_SHIFT) & 3;
    path.soft = (state & SOFT) !== 0;
    path.first = fields[at + 2] as number;
    path.last = fields[at + 3] as number;
    path.taken = fields[at + 4] as number;
    path.breaks = fields[at + 5] as number;
    path.breakAt = fields[at + 6] as number;
    path.widest = fields[at + 7] as number;
    return path;
  }

  add(path: Path): void {
    const state = path.manner | (path.gap << GAP_SHIFT) | (path.soft ? SOFT : 0);
    const { node } = path;
    if (this.length * 2 === this.#slots.length) this.#grow();
    const fields = this.#fields;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(node, state) & mask;
    let at = 0;
    for (;;) {
      const found = (slots[slot] as number) - 1;
      if (found < 0) {
        at = this.length * FIELDS;
        this.length += 1;
        slots[slot] = this.length;
        break;
      }
      at = found * FIELDS;
      const known = fields[at + 1] as number;
      if (fields[at] === node && ((known ^ state) & ~SOFT) === 0) {
        const first = fields[at + 2] as number;
        if (path.first >= first && state >= known) return;
        if (path.first <= first && state <= known) break;
      }
      slot = (slot + 1) & mask;
    }
    fields[at] = node;
    fields[at + 1] = state;
    fields[at + 2] = path.first;
    fields[at + 3] = path.last;
    fields[at + 4] = path.taken;
    fields[at + 5] = path.breaks;
    fields[at + 6] = path.breakAt;
    fields[at + 7] = path.widest;
    fields[at + SLOT] = slot;
  }

  #grow(): void {
    const old = this.#fields;
    const paths = this.length;
    this.#fields = new Int32Array(old.length * 2);
    this.#fields.set(old);
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < paths; index += 1) {
      const at = index * FIELDS;
      let slot = hashOf(old[at] as number, old[at + 1] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
      this.#fields[at + SLOT] = slot;
    }
  }
}
