/**
 * Looks over msgpack before the codec reads it: one whole value, no extension types (the codec would run code for
 * some of them), no map keys but strings, nesting and lengths within bounds. Allocates nothing.
 */
const MAX_DEPTH = 32;

/** Says what is wrong with `bytes`, or `undefined` when the codec may read them. */
export function msgpackProblem(bytes: Uint8Array): string | undefined {
  const scan = new Scan(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  try {
    const end = scan.skip(0);
    return end === bytes.byteLength ? undefined : "more than one msgpack value";
  } catch (error) {
    if (error instanceof RangeError) return "truncated msgpack";
    if (error instanceof Unacceptable) return error.message;
    throw error;
  }
}

class Unacceptable extends Error {}

/** One pass over the bytes. Reading past their end is a RangeError of DataView. */
class Scan {
  readonly #view: DataView;
  /** How many arrays and maps are open. */
  #depth = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  /** Answers the offset after the value at `at`. */
  skip(at: number): number {
    if (this.#depth > MAX_DEPTH) throw new Unacceptable("msgpack is nested too deeply");
    const tag = this.#view.getUint8(at);
    if (tag < 0x80 || tag >= 0xe0) return at + 1;
    if (tag < 0x90) return this.#skipMap(at + 1, tag & 0x0f);
    if (tag < 0xa0) return this.#skipMany(at + 1, tag & 0x0f);
    if (tag < 0xc0) return this.#within(at + 1 + (tag & 0x1f));
    switch (tag) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return at + 1;
      case 0xc4: // bin 8
      case 0xd9: // str 8
        return this.#within(at + 2 + this.#view.getUint8(at + 1));
      case 0xc5: // bin 16
      case 0xda: // str 16
        return this.#within(at + 3 + this.#view.getUint16(at + 1));
      case 0xc6: // bin 32
      case 0xdb: // str 32
        return this.#within(at + 5 + this.#view.getUint32(at + 1));
      case 0xcc: // uint 8
      case 0xd0: // int 8
        return this.#within(at + 2);
      case 0xcd: // uint 16
      case 0xd1: // int 16
        return this.#within(at + 3);
      case 0xca: // float 32
      case 0xce: // uint 32
      case 0xd2: // int 32
        return this.#within(at + 5);
      case 0xcb: // float 64
      case 0xcf: // uint 64
      case 0xd3: // int 64
        return this.#within(at + 9);
      case 0xdc:
        return this.#skipMany(at + 3, this.#view.getUint16(at + 1));
      case 0xdd:
        return this.#skipMany(at + 5, this.#view.getUint32(at + 1));
      case 0xde:
        return this.#skipMap(at + 3, this.#view.getUint16(at + 1));
      case 0xdf:
        return this.#skipMap(at + 5, this.#view.getUint32(at + 1));
      default:
        throw new Unacceptable("msgpack extension types are not accepted");
    }
  }

  #skipMany(at: number, count: number): number {
    this.#within(at + count); // each value takes a byte at least
    this.#depth++;
    let end = at;
    for (let i = 0; i < count; i++) end = this.skip(end);
    this.#depth--;
    return end;
  }

  #skipMap(at: number, count: number): number {
    this.#within(at + 2 * count);
    this.#depth++;
    let end = at;
    for (let i = 0; i < count; i++) {
      if (!isString(this.#view.getUint8(end))) throw new Unacceptable("msgpack map keys must be strings");
      end = this.skip(this.skip(end));
    }
    this.#depth--;
    return end;
  }

  #within(end: number): number {
    if (end > this.#view.byteLength) throw new RangeError("past the end");
    return end;
  }
}

const isString = (tag: number): boolean => (tag >= 0xa0 && tag < 0xc0) || (tag >= 0xd9 && tag <= 0xdb);
