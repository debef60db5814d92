/**
 * VCDIFF (RFC 3284), the writing side: `target` told as what to copy out of `source` and what to add to it. One window
 * with the whole source as its segment (section 4.2), the default code table (section 5.6), addresses as they are (mode
 * VCD_SELF, section 5.3), neither RUN nor copies from the target itself: this tells changes and compresses nothing.
 */
export function encodeVcdiff(source: Uint8Array, target: Uint8Array): Buffer {
  const delta = new Delta();
  let told = 0;
  for (const { at, from, length } of copies(source, target)) {
    delta.add(target.subarray(told, at));
    delta.copy(from, length);
    told = at + length;
  }
  delta.add(target.subarray(told));
  return delta.finish(source.length, target.length);
}

/** Bytes that every delta takes besides its content. */
export const VCDIFF_OVERHEAD = 14;

/** "VCD" with the high bits set and version 0; no secondary compressor and no code table of its own (section 4.1). */
const HEADER = [0xd6, 0xc3, 0xc4, 0x00, 0x00] as const;
const VCD_SOURCE = 0x01;
/** Rows of the default code table: an ADD, a COPY of mode 0, each with its size behind it; small sizes have own rows. */
const ADD = 1;
const ADD_MOST = 17;
const COPY = 19;
const COPY_LEAST = 4;
const COPY_MOST = 18;

/** The three sections of a window while they grow (section 4.3). */
class Delta {
  readonly #data: Uint8Array[] = [];
  readonly #instructions: number[] = [];
  readonly #addresses: number[] = [];

  add(bytes: Uint8Array): void {
    const size = bytes.length;
    if (size === 0) return;
    this.#data.push(bytes);
    if (size <= ADD_MOST) this.#instructions.push(ADD + size);
    else {
      this.#instructions.push(ADD);
      pushInteger(this.#instructions, size);
    }
  }

  copy(from: number, size: number): void {
    if (size >= COPY_LEAST && size <= COPY_MOST) this.#instructions.push(COPY + 1 + size - COPY_LEAST);
    else {
      this.#instructions.push(COPY);
      pushInteger(this.#instructions, size);
    }
    pushInteger(this.#addresses, from);
  }

  finish(sourceLength: number, targetLength: number): Buffer {
    const data = Buffer.concat(this.#data);
    const sizes: number[] = [];
    pushInteger(sizes, targetLength);
    sizes.push(0); // Delta_Indicator: no section is compressed
    for (const { length } of [data, this.#instructions, this.#addresses]) pushInteger(sizes, length);
    const head: number[] = [...HEADER];
    if (sourceLength === 0) head.push(0);
    else {
      head.push(VCD_SOURCE);
      pushInteger(head, sourceLength);
      pushInteger(head, 0); // where in the source the segment begins
    }
    pushInteger(head, sizes.length + data.length + this.#instructions.length + this.#addresses.length);
    return Buffer.concat([
      Buffer.from(head),
      Buffer.from(sizes),
      data,
      Buffer.from(this.#instructions),
      Buffer.from(this.#addresses),
    ]);
  }
}

/** Adds an integer, seven bits a byte, the high ones first (section 2). */
function pushInteger(bytes: number[], value: number): void {
  let shift = 0;
  while (value >>> shift > 127) shift += 7;
  for (; shift > 0; shift -= 7) bytes.push(((value >>> shift) & 127) | 128);
  bytes.push(value & 127);
}

/** A piece of the target that stands in the source. */
interface Copy {
  readonly at: number;
  readonly from: number;
  readonly length: number;
}

/**
 * Bytes of a block. What the two texts share goes unseen where it covers no whole block. In a short text less is worth
 * a copy; in a long one, where addresses take more, small blocks cost more than they find.
 */
const SMALL_BLOCK = 4;
const BLOCK = 8;
const SHORT = 1024;
/** Blocks with the same hash that are looked at: bounds the work on a source that repeats itself. */
const CANDIDATES = 8;

/**
 * Finds pieces of the target in the source, from left to right, the longest of the candidates at each place (after
 * Bentley and McIlroy). A piece is never looked at again, so the work is linear in both lengths whatever they hold.
 */
function* copies(source: Uint8Array, target: Uint8Array): Iterable<Copy> {
  const blocks = new Blocks(source, source.length < SHORT ? SMALL_BLOCK : BLOCK);
  let told = 0;
  let shift = 0;
  for (let at = 0; at + blocks.size <= target.length; ) {
    // After a change of equal length the text stands at the same place as before.
    let from = at + shift;
    let length = blocks.common(from, target, at);
    let place = blocks.first(target, at);
    for (let tries = 0; place >= 0 && tries < CANDIDATES; tries++, place = blocks.next(place)) {
      if (at + length === target.length) break;
      if (source[place + length] !== target[at + length]) continue; // cannot be longer than the longest piece so far
      const other = blocks.common(place, target, at);
      if (other <= length) continue;
      length = other;
      from = place;
    }
    if (length < blocks.size) {
      at++;
      continue;
    }
    while (at > told && from > 0 && source[from - 1] === target[at - 1]) {
      at--;
      from--;
      length++;
    }
    yield { at, from, length };
    shift = from - at;
    at += length;
    told = at;
  }
}

/** Where in the source, cut into blocks, a block with a certain hash is; the first before the later ones. */
class Blocks {
  readonly size: number;
  readonly #source: Uint8Array;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  constructor(source: Uint8Array, size: number) {
    const count = Math.floor(source.length / size);
    this.size = size;
    this.#source = source;
    // A few times as many as there are blocks, so that few share one by chance.
    this.#heads = new Int32Array(4 * 2 ** Math.ceil(Math.log2(count + 1))).fill(-1);
    this.#next = new Int32Array(count);
    for (let block = count - 1; block >= 0; block--) {
      const head = this.#headOf(source, block * size);
      this.#next[block] = this.#heads[head] ?? -1;
      this.#heads[head] = block * size;
    }
  }

  /** How many bytes are the same in the source from `from` on and in the target from `at` on. */
  common(from: number, target: Uint8Array, at: number): number {
    const source = this.#source;
    const most = Math.min(source.length - from, target.length - at);
    let length = 0;
    while (length < most && source[from + length] === target[at + length]) length++;
    return length;
  }

  /** The first place of a block like the one that begins there; -1 when there is none. */
  first(bytes: Uint8Array, at: number): number {
    return this.#heads[this.#headOf(bytes, at)] ?? -1;
  }

  /** The place after `place` with the same hash. */
  next(place: number): number {
    return this.#next[place / this.size] ?? -1;
  }

  #headOf(bytes: Uint8Array, at: number): number {
    let mixed = Math.imul(word(bytes, at), 0x9e3779b1);
    if (this.size === BLOCK) mixed ^= Math.imul(word(bytes, at + 4), 0x85ebca77);
    return (mixed ^ (mixed >>> 15)) & (this.#heads.length - 1);
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);

const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
