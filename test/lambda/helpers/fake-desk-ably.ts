/** Ably as the desk needs it: what was published can be looked at and removed. */
import type { DeskAbly, HistoryPart, StoredMessage } from "../../../lambda/desk/desk-ably.ts";
import { FakeAbly } from "./fake-ably.ts";

export class FakeDeskAbly extends FakeAbly implements DeskAbly {
  /** What people said, as it came in, by channel. */
  readonly inbound = new Map<string, StoredMessage[]>();
  /** Is every look at what was published without an answer? */
  isAway = false;
  /** What becomes of a removal. */
  removal: "well" | "away" | "not enabled" = "well";
  readonly #removed = new Set<string>();
  readonly #rewritten = new Map<string, Pick<StoredMessage, "data" | "extras">>();

  async message(channel: string, serial: string) {
    if (this.isAway) return AWAY;
    return { ok: true, message: this.#stored(channel).find((stored) => stored.serial === serial) } as const;
  }

  async remove(channel: string, serial: string) {
    if (this.isAway || this.removal === "away") return AWAY;
    if (this.removal === "not enabled") return { ok: false, kind: "rejected" } as const;
    this.#removed.add(`${channel}\n${serial}`);
    return { ok: true } as const;
  }

  async rewrite(channel: string, { serial, ...change }: Parameters<DeskAbly["rewrite"]>[1]) {
    if (this.isAway) return AWAY;
    this.#removed.delete(`${channel}\n${serial}`);
    this.#rewritten.set(`${channel}\n${serial}`, change);
    return { ok: true } as const;
  }

  async history(channel: string, { start = 0, end = Infinity, newestFirst = false, limit }: HistoryPart) {
    if (this.isAway) return AWAY;
    const all = [...(this.inbound.get(channel) ?? []), ...this.#stored(channel)];
    const within = all.filter(({ timestamp }) => (timestamp ?? 0) >= start && (timestamp ?? 0) <= end);
    return { ok: true, messages: (newestFirst ? within.reverse() : within).slice(0, limit) } as const;
  }

  #stored(channel: string): StoredMessage[] {
    return this.delivered
      .filter((delivery) => delivery.channel === channel)
      .map(({ message, at }, place): StoredMessage => {
        const serial = `serial${place}`;
        const isGone = this.#removed.has(`${channel}\n${serial}`);
        const change = this.#rewritten.get(`${channel}\n${serial}`);
        const now = isGone ? { data: "", action: 2 } : change && { ...change, action: 1 };
        return { ...message, serial, timestamp: at, ...now };
      });
  }
}

const AWAY = { ok: false, kind: "transient" } as const;
