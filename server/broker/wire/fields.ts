/**
 * Reads fields of a value that a stranger sent. Each reader answers the value or `undefined`; the first one that finds
 * a wrong type writes the reason to `problem`, so that a parser reads everything and then asks once.
 */
export class Fields {
  problem: string | undefined;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown, what: string) {
    if (isRecord(value)) this.#value = value;
    else {
      this.#value = {};
      this.problem = `${what} is not an object`;
    }
  }

  /** Absent, `null` and inherited properties all count as not given. */
  raw(key: string): unknown {
    return Object.hasOwn(this.#value, key) ? (this.#value[key] ?? undefined) : undefined;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === "string") return value;
    return this.#fail(key, "a string");
  }

  /** A whole number that JavaScript can hold exactly. */
  integer(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    return this.#fail(key, "an integer");
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value;
    return this.#fail(key, "an array");
  }

  record(key: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.raw(key);
    if (value === undefined || isRecord(value)) return value;
    return this.#fail(key, "an object");
  }

  /** A flat map of texts; numbers and booleans are written out as text. */
  texts(key: string): ReadonlyMap<string, string> | undefined {
    const value = this.record(key);
    if (value === undefined) return undefined;
    const texts = new Map<string, string>();
    for (const [name, text] of Object.entries(value)) {
      if (typeof text === "string" || typeof text === "number" || typeof text === "boolean") {
        texts.set(name, String(text));
      } else return this.#fail(`${key}.${name}`, "a string");
    }
    return texts;
  }

  #fail(key: string, wanted: string): undefined {
    this.problem ??= `${key} is not ${wanted}`;
    return undefined;
  }
}

/** A plain object: not an array, not binary, not `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Whether `value` is plain JSON whose nesting stays within `depth`. */
export function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (depth === 0 || ArrayBuffer.isView(value)) return false;
      return (Array.isArray(value) ? value : Object.values(value)).every((part) => isJson(part, depth - 1));
    default:
      return false;
  }
}
