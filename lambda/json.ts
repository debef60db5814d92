/**
 * JSON of what others wrote. Not everything that can be read can be written: an array nested ten thousand deep makes
 * `JSON.stringify` throw, which must not cost the rest of a batch its answer.
 */

/** The JSON text of a value; undefined for what has none. */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The value of a JSON text; undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
