/**
 * Queries whose answer is known, until something is written in their partition. The product asks every second or two for what
 * moderators changed, and mostly that is nothing; dynalite takes milliseconds to say so.
 */
import { keepNewest } from "../../lambda/keep-newest.ts";

/** Answers that are remembered, each with one item at most. */
const ANSWERS = 20;

interface Known {
  /** What the query compares keys with, as JSON. */
  readonly values: readonly string[];
  readonly answer: unknown;
}

export class KnownQueries {
  readonly #known = new Map<string, Known>();
  readonly #remember = keepNewest(this.#known, ANSWERS);
  /** Writes that began, and that ended. */
  #changes = 0;

  /** The answer of a query, from `perform` where it is not known. */
  async ask(input: object, perform: () => Promise<unknown>): Promise<unknown> {
    const values = valuesOf(input);
    if (values === undefined) return await perform();
    const query = JSON.stringify(input);
    const known = this.#known.get(query);
    if (known !== undefined) return known.answer;
    const before = this.#changes;
    const answer = await perform();
    if (before === this.#changes && isShort(answer)) this.#remember(query, { values, answer });
    return answer;
  }

  /** Performs a write. What it holds the value of is not known any more, neither while it is under way nor afterwards. */
  async write(input: object, perform: () => Promise<unknown>): Promise<unknown> {
    const written = JSON.stringify(input);
    this.#forget(written);
    try {
      return await perform();
    } finally {
      this.#forget(written);
    }
  }

  #forget(written: string): void {
    this.#changes += 1;
    for (const [query, { values }] of this.#known) {
      if (values.some((value) => written.includes(value))) this.#known.delete(query);
    }
  }
}

/** Undefined for a query of an index: an item can leave one in a write that does not name what it was found by. */
function valuesOf(input: object): string[] | undefined {
  const { IndexName, ExpressionAttributeValues } = input as Record<string, unknown>;
  if (IndexName !== undefined) return undefined;
  const values = Object.values(Object(ExpressionAttributeValues)).map((value) => JSON.stringify(value));
  return values.length > 0 ? values : undefined;
}

const isShort = (answer: unknown): boolean => Number(Object(answer).Count) <= 1;
