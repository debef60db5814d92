/**
 * A single rule for speed beside a batch rule that makes sure, at one of Ably's instances. The single one drops one event in
 * ten, as it does over its rate, and hands one in ten over late.
 */
import { BatchRule, type Rule, type RuleEvent, type RuleOptions } from "./rule.ts";
import { SingleRule } from "./single-rule.ts";

const DROPS = 0.1;
const LATE = 0.1;
const LATEST_MS = 5_000;

export class BothRules implements Rule {
  readonly #batch: BatchRule;
  readonly #single: SingleRule;
  readonly #late = new Set<Promise<void>>();
  readonly #options: RuleOptions;

  constructor(options: RuleOptions) {
    this.#options = options;
    this.#batch = new BatchRule(options);
    this.#single = new SingleRule(options);
  }

  get requests(): number {
    return this.#batch.requests + this.#single.requests;
  }

  get answers(): Rule["answers"] {
    return [...this.#batch.answers, ...this.#single.answers];
  }

  offer(event: RuleEvent): void {
    const { time, random } = this.#options;
    this.#batch.offer(event);
    if (random.chance(DROPS)) return;
    if (!random.chance(LATE)) {
      this.#single.offer(event);
      return;
    }
    const late = time.sleep(random.between(0, LATEST_MS)).then(() => {
      this.#single.offer(event);
      this.#late.delete(late);
    });
    this.#late.add(late);
  }

  async finish(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late);
    await Promise.all([this.#batch.finish(), this.#single.finish()]);
  }
}
