/** The traffic of one channel: how much it takes in a second, of all and of each client. */
import { type Refusal, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { Quota } from "../quota.ts";

/** What a publish brings. */
interface Load {
  /** Messages. */
  readonly count: number;
  readonly bytes: number;
  /** The account that the publish counts towards. */
  readonly account: string | undefined;
}

export class Traffic {
  readonly #messages: Quota;
  readonly #bytes: Quota;

  constructor(limits: Limits) {
    this.#messages = new Quota({ all: limits.channelMessageRate, each: limits.channelClientRate, reserve: 0 });
    this.#bytes = new Quota({ all: limits.channelByteRate, each: limits.channelClientByteRate, reserve: 0 });
  }

  /** Takes a publish, or says why the channel has no room for it in this second. */
  refuse(now: number, { count, bytes, account }: Load): Refusal | undefined {
    const excess = this.#messages.excess(now, count, account);
    if (excess !== undefined) return refuse(42913, `unable to publish; ${OWNER[excess]} message rate is exceeded`);
    const tooMuch = this.#bytes.excess(now, bytes, account);
    if (tooMuch !== undefined) return refuse(42914, `unable to publish; ${OWNER[tooMuch]} byte rate is exceeded`);
    this.#messages.use(now, count, account);
    this.#bytes.use(now, bytes, account);
    return undefined;
  }

  /** Counts what the broker itself sends again. */
  use(now: number, bytes: number): void {
    this.#bytes.use(now, bytes, undefined);
  }
}

const OWNER = { own: "the client's part of the channel's", all: "the channel's" } as const;
