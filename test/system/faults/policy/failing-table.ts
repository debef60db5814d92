/**
 * The store's table in virtual time, on which one call in twenty goes wrong: refused at once, never answered, answered too
 * late, or done and its answer lost. What was on its way when the caller gave up still happens.
 */
import { createMemoryTable } from "../../../../lambda/store/memory-table.ts";
import type { Table } from "../../../../lambda/store/table.ts";
import type { FakeClock } from "../../../helpers/fake-clock.ts";
import type { Random } from "../random.ts";

export class FailingTable implements Table {
  calls = 0;
  failed = 0;
  /** No trouble any more. */
  calm = false;
  readonly #memory = createMemoryTable();
  readonly #time: FakeClock;
  readonly #random: Random;
  readonly #share: number;

  constructor(time: FakeClock, random: Random, share = 1 / 20) {
    this.#time = time;
    this.#random = random;
    this.#share = share;
  }

  readonly get: Table["get"] = (key) => this.#call(() => this.#memory.get(key));
  readonly put: Table["put"] = (item, condition) => this.#call(() => this.#put(item, condition));
  readonly putAll: Table["putAll"] = (items) => this.#call(() => this.#memory.putAll(items));
  readonly remove: Table["remove"] = (keys) => this.#call(() => this.#memory.remove(keys));
  readonly query: Table["query"] = (query) => this.#call(() => this.#memory.query(query));

  /** As DynamoDB's: a write that finds what it wrote itself, because its first answer was lost, has worked. */
  async #put(item: Parameters<Table["put"]>[0], condition: Parameters<Table["put"]>[1]): Promise<boolean> {
    if (await this.#memory.put(item, condition)) return true;
    const there = await this.#memory.get(item);
    return there !== undefined && there.rev === item.rev && there.body === item.body;
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    const time = this.#time;
    const random = this.#random;
    this.calls += 1;
    if (this.calm || !random.chance(this.#share)) {
      await time.sleep(random.between(2, 12));
      return await work();
    }
    this.failed += 1;
    const how = random.pick(["throttled", "hangs", "late", "answer lost"]);
    if (how === "throttled") throw new Error("ProvisionedThroughputExceededException");
    if (how === "hangs") {
      await time.sleep(10_000);
      throw new Error("no answer");
    }
    if (how === "late") await time.sleep(random.between(900, 4_000));
    const done = await work();
    if (how === "late") return done;
    throw new Error("the answer was lost");
  }
}
