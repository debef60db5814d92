/**
 * The single rule in virtual time: each event in a request of its own, side by side and so in any order, with a secret
 * instead of a signature; two more tries after 4 s and after 20 s when the answer is 5xx, and none after any other.
 */
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { withSecret } from "../../lambda/helpers/requests.ts";
import type { Seen } from "./environment.ts";
import type { Rule, RuleEvent, RuleOptions } from "./rule.ts";

const RETRY_DELAYS_MS = [4_000, 20_000];

export class SingleRule implements Rule {
  requests = 0;
  readonly answers: Seen[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #options: RuleOptions;

  constructor(options: RuleOptions) {
    this.#options = options;
  }

  offer(event: RuleEvent): void {
    const running = this.#deliver(event).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async finish(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #deliver({ item }: RuleEvent): Promise<void> {
    const { time, random, post, holds, repeats } = this.#options;
    if (random.chance(holds)) await time.sleep(random.between(1_000, 290_000));
    const request = withSecret(JSON.stringify(envelopeOf(item)));
    for (const delay of [...RETRY_DELAYS_MS, undefined]) {
      const seen = await this.#send(request, post);
      if (seen.status < 500 || delay === undefined) break;
      await time.sleep(delay);
    }
    if (!random.chance(repeats)) return;
    await time.sleep(random.between(0, 240_000));
    await this.#send(request, post);
  }

  async #send(request: LambdaFunctionURLEvent, post: RuleOptions["post"]): Promise<Seen> {
    this.requests += 1;
    const seen = await post(request);
    this.answers.push(seen);
    return seen;
  }
}

function envelopeOf({ source, data }: RuleEvent["item"]): object {
  return { source, appId: "sim", channel: data.channelId, site: data.site, ruleId: "r1", messages: data.messages };
}
