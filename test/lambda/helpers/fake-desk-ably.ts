/** Ably as the desk needs it: what was published can be looked at and removed. */
import type { DeskAbly, HistoryPart } from "../../../lambda/desk/desk-ably.ts";
import { FakeAbly } from "./fake-ably.ts";
import { StoredMessages } from "./stored-messages.ts";

export class FakeDeskAbly extends FakeAbly implements DeskAbly {
  /** Is every look at what was published without an answer? */
  isAway = false;
  /** What becomes of a removal. */
  removal: "well" | "away" | "not enabled" = "well";
  readonly #stored = new StoredMessages(this.delivered);
  /** What people said, as it came in, by channel. */
  readonly inbound = this.#stored.inbound;

  async message(channel: string, serial: string) {
    if (this.isAway) return AWAY;
    return { ok: true, message: this.#stored.find(channel, serial) } as const;
  }

  async remove(channel: string, serial: string) {
    if (this.isAway || this.removal === "away") return AWAY;
    if (this.removal === "not enabled") return { ok: false, kind: "rejected" } as const;
    this.#stored.remove(channel, serial);
    return { ok: true } as const;
  }

  async rewrite(channel: string, change: Parameters<DeskAbly["rewrite"]>[1]) {
    if (this.isAway) return AWAY;
    this.#stored.rewrite(channel, change);
    return { ok: true } as const;
  }

  async history(channel: string, part: HistoryPart) {
    if (this.isAway) return AWAY;
    return { ok: true, messages: this.#stored.history(channel, part) } as const;
  }
}

const AWAY = { ok: false, kind: "transient" } as const;
