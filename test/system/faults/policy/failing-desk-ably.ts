/**
 * Ably as the desk's process meets it, in virtual time: one call in twenty goes wrong. It is refused, never answered, answered
 * too late, or done and its answer lost. What was on its way when the caller gave up still happens.
 */
import type { Failure, Publisher } from "../../../../lambda/deliver/publisher.ts";
import type { DeskAbly, HistoryPart } from "../../../../lambda/desk/desk-ably.ts";
import type { FakeClock } from "../../../helpers/fake-clock.ts";
import { StoredMessages } from "../../../lambda/helpers/stored-messages.ts";
import type { SimulatedAbly } from "../ably.ts";
import type { Random } from "../random.ts";

const NOTICES = "chat:notices:";
const DONE = { ok: true } as const;
const TRANSIENT: Failure = { ok: false, kind: "transient" };

interface DeskAblyParts {
  readonly time: FakeClock;
  readonly random: Random;
  /** How often a call goes wrong. */
  readonly share?: number;
  /** Do notices arrive? */
  readonly tells?: boolean;
}

export class FailingDeskAbly implements DeskAbly {
  calls = 0;
  failed = 0;
  /** No trouble any more. */
  calm = false;
  readonly stored: StoredMessages;
  readonly #ably: SimulatedAbly;
  readonly #time: FakeClock;
  readonly #random: Random;
  readonly #share: number;
  readonly #tells: boolean;

  constructor(ably: SimulatedAbly, parts: DeskAblyParts) {
    this.stored = new StoredMessages(ably.shown);
    this.#ably = ably;
    this.#time = parts.time;
    this.#random = parts.random;
    this.#share = parts.share ?? 1 / 20;
    this.#tells = parts.tells ?? true;
  }

  readonly publish: Publisher["publish"] = (channel, message, timeoutMs) =>
    this.#call(timeoutMs, async () =>
      this.#tells || !channel.startsWith(NOTICES) ? await this.#ably.publish(channel, message, timeoutMs) : DONE,
    );

  readonly idsSince: Publisher["idsSince"] = (channel, since, timeoutMs) =>
    this.#call(timeoutMs, () => this.#ably.idsSince(channel, since, timeoutMs));

  message(channel: string, serial: string, timeoutMs: number) {
    return this.#call(timeoutMs, async () => ({ ok: true, message: this.stored.find(channel, serial) }) as const);
  }

  remove(channel: string, serial: string, timeoutMs: number) {
    return this.#call(timeoutMs, async () => {
      this.stored.remove(channel, serial);
      return { ok: true } as const;
    });
  }

  rewrite(channel: string, change: Parameters<DeskAbly["rewrite"]>[1], timeoutMs: number) {
    return this.#call(timeoutMs, async () => {
      this.stored.rewrite(channel, change);
      return { ok: true } as const;
    });
  }

  history(channel: string, part: HistoryPart, timeoutMs: number) {
    return this.#call(timeoutMs, async () => ({ ok: true, messages: this.stored.history(channel, part) }) as const);
  }

  async #call<T>(timeoutMs: number, work: () => Promise<T>): Promise<T | Failure> {
    const time = this.#time;
    const random = this.#random;
    this.calls += 1;
    if (this.calm || !random.chance(this.#share)) {
      await time.sleep(random.between(5, 60));
      return await work();
    }
    this.failed += 1;
    const how = random.pick(["limited", "denied", "hangs", "late", "answer lost"]);
    if (how === "limited") return { ...TRANSIENT, code: 42_911, retryAfterMs: 1_000 };
    if (how === "denied") return { ok: false, kind: "denied", code: 40_160 };
    if (how === "late") void time.sleep(random.between(timeoutMs, 2 * timeoutMs)).then(work);
    if (how === "answer lost") await work();
    await time.sleep(timeoutMs);
    return TRANSIENT;
  }
}
