/**
 * Looks over a msgpack text before the codec does: one whole value, no extension types (the codec would run code for
 * some of them), no map keys but strings, nesting and lengths within bounds. Allocates nothing.
 */
const MAX_DEPTH = 32;

/** Says what is wrong with `bytes`, or `undefined` when the codec may read them. */
export function msgpackProblem(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const end = skip(view, 0, 0);
    return end === bytes.byteLength ? undefined : "more than one msgpack value";
  } catch (error) {
    if (error instanceof RangeError) return "truncated msgpack";
    if (error instanceof Unacceptable) return error.message;
    throw error;
  }
}

class Unacceptable extends Error {}

/** Answers the offset after the value at `at`; reading past the end is a RangeError of DataView. */
function skip(view: DataView, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Unacceptable("msgpack is nested too deeply");
  const tag = view.getUint8(at);
  if (tag < 0x80 || tag >= 0xe0) return at + 1;
  if (tag < 0x90) return skipMap(view, at + 1, tag & 0x0f, depth);
  if (tag < 0xa0) return skipMany(view, at + 1, tag & 0x0f, depth);
  if (tag < 0xc0) return within(view, at + 1 + (tag & 0x1f));
  switch (tag) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return at + 1;
    case 0xc4: // bin 8
    case 0xd9: // str 8
      return within(view, at + 2 + view.getUint8(at + 1));
    case 0xc5: // bin 16
    case 0xda: // str 16
      return within(view, at + 3 + view.getUint16(at + 1));
    case 0xc6: // bin 32
    case 0xdb: // str 32
      return within(view, at + 5 + view.getUint32(at + 1));
    case 0xcc: // uint 8
    case 0xd0: // int 8
      return within(view, at + 2);
    case 0xcd: // uint 16
    case 0xd1: // int 16
      return within(view, at + 3);
    case 0xca: // float 32
    case 0xce: // uint 32
    case 0xd2: // int 32
      return within(view, at + 5);
    case 0xcb: // float 64
    case 0xcf: // uint 64
    case 0xd3: // int 64
      return within(view, at + 9);
    case 0xdc:
      return skipMany(view, at + 3, view.getUint16(at + 1), depth);
    case 0xdd:
      return skipMany(view, at + 5, view.getUint32(at + 1), depth);
    case 0xde:
      return skipMap(view, at + 3, view.getUint16(at + 1), depth);
    case 0xdf:
      return skipMap(view, at + 5, view.getUint32(at + 1), depth);
    default:
      throw new Unacceptable("msgpack extension types are not accepted");
  }
}

function skipMany(view: DataView, at: number, count: number, depth: number): number {
  within(view, at + count); // each value takes a byte at least
  let end = at;
  for (let i = 0; i < count; i++) end = skip(view, end, depth + 1);
  return end;
}

function skipMap(view: DataView, at: number, count: number, depth: number): number {
  within(view, at + 2 * count);
  let end = at;
  for (let i = 0; i < count; i++) {
    if (!isString(view.getUint8(end))) throw new Unacceptable("msgpack map keys must be strings");
    end = skip(view, skip(view, end, depth + 1), depth + 1);
  }
  return end;
}

const isString = (tag: number): boolean => (tag >= 0xa0 && tag < 0xc0) || (tag >= 0xd9 && tag <= 0xdb);

function within(view: DataView, end: number): number {
  if (end > view.byteLength) throw new RangeError("past the end");
  return end;
}
