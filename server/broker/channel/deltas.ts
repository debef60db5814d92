/** Deltas (`params.delta`): a message told as its difference to the one before. */
import type { Format } from "../wire/codec.ts";
import type { Data, Message } from "../wire/message.ts";
import { encodeVcdiff, VCDIFF_OVERHEAD } from "../wire/vcdiff.ts";

/*
 * A subscriber gets the difference to the message before where that is shorter than the message. The message before is kept
 * with the attachment and nowhere else, so nobody gets a difference to something that it does not have: a new attachment, or
 * one that missed something, begins with a whole message.
 */

/** A message as it was told to a subscriber: the next one can be a difference to it. */
export interface Told {
  /** Equal keys mean equal data, whoever was told it. */
  readonly key: string;
  readonly id: string;
  readonly data: Data;
  readonly encoding: string | undefined;
}

/** Messages on their way to one subscriber, in order. */
export class Chain {
  #told: Told | undefined;
  readonly #deltas: Deltas;

  constructor(deltas: Deltas, told?: Told) {
    this.#deltas = deltas;
    this.#told = told;
  }

  /** What the subscriber was told last, if the next message can be a difference to it. */
  get told(): Told | undefined {
    return this.#told;
  }

  /** The next message as this subscriber is told it. */
  next({ key, id }: Pick<Told, "key" | "id">, message: Partial<Message>, format: Format): Partial<Message> {
    const base = this.#told;
    const { data, encoding } = message;
    this.#told = data === undefined ? undefined : { key, id, data, encoding };
    if (base === undefined || this.#told === undefined) return message;
    const delta = this.#deltas.between(base, this.#told);
    if (delta === undefined || !isSmaller(delta, this.#told.data, format)) return message;
    const extras = { ...message.extras, delta: { format: "vcdiff", from: base.id } };
    return { ...message, data: delta, encoding: deltaEncoding(this.#told), extras };
  }
}

/** The deltas of one turn of a channel, or of one replay: each is looked for once, whoever wants it. */
export class Deltas {
  readonly #known = new Map<string, Buffer | undefined>();
  #left: number;

  /** `bytes`: how much may be compared; messages after that go whole. */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** How `told` differs from `base`, or `undefined` when that cannot be said. */
  between(base: Told, told: Told): Buffer | undefined {
    const pair = `${base.key} ${told.key}`;
    if (this.#known.has(pair)) return this.#known.get(pair);
    this.#left -= sizeOf(base.data) + sizeOf(told.data);
    const delta = this.#left < 0 ? undefined : compare(base, told);
    this.#known.set(pair, delta);
    return delta;
  }
}

function compare(base: Told, told: Told): Buffer | undefined {
  if (told.data.length <= VCDIFF_OVERHEAD || !isPlain(told) || !isPlain(base) || !isReadable(base)) return undefined;
  return encodeVcdiff(Buffer.from(base.data), Buffer.from(told.data));
}

/** Text, JSON or binary that reaches everybody as the same bytes. Encrypted data has nothing in common with other data. */
function isPlain({ data, encoding }: Told): boolean {
  if (typeof data !== "string") return encoding === undefined;
  return (encoding === undefined || encoding === "json") && !LONE_SURROGATE.test(data);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a client can read the message: one that it cannot read it does not keep. */
function isReadable({ data, encoding }: Told): boolean {
  if (encoding !== "json" || typeof data !== "string") return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

/** Sizes are compared as they are written: in JSON a delta is base64, while text is not. */
function isSmaller(delta: Buffer, data: Data, format: Format): boolean {
  const asText = typeof data === "string" && format === "json";
  return (asText ? 4 * Math.ceil(delta.length / 3) : delta.length) < sizeOf(data);
}

const sizeOf = (data: Data): number => Buffer.byteLength(data);

function deltaEncoding({ data, encoding }: Told): string {
  if (typeof data !== "string") return "vcdiff";
  return encoding === undefined ? "utf-8/vcdiff" : `${encoding}/utf-8/vcdiff`;
}
