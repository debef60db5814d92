/** People whose messages meet rules of every action, and what must become of each. */
import type { Random } from "../random.ts";
import type { RuleEvent } from "../rule.ts";

/** `muted` and `locked` are refused whatever they say. */
export type Fate = "publish" | "mask" | "flag" | "hold" | "block" | "muted" | "locked";

export interface Said {
  readonly sourceId: string;
  readonly author: string;
  readonly fate: Fate;
  readonly text: string;
  readonly item: RuleEvent["item"];
}

/** The word of each action. */
export const POLICY = {
  lists: { house: ["potato"], fruit: ["kiwi"], sales: ["bargain"], slurs: ["turnip"] },
  rules: [
    { name: "house", when: { words: ["house"] }, action: "mask" },
    { name: "fruit", when: { words: ["fruit"] }, action: "flag" },
    { name: "sales", when: { words: ["sales"] }, action: "hold" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block" },
  ],
  rooms: { attic: { locked: true } },
};

export const MUTED = "000000muted";

const TEXTS = {
  publish: ["hello", "fine"],
  mask: ["a potato", "p0tat0 soup"],
  flag: ["a kiwi", "kiwi and potato"],
  hold: ["a bargain", "bargain potato"],
  block: ["a turnip", "turnip, kiwi, bargain"],
} as const;

export class Crowd {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** One message, sent at `at`, by one of the authors of an instance. */
  write(at: number, instance: number): Said {
    const random = this.#random;
    this.#count += 1;
    const isMuted = random.chance(0.03);
    const isLocked = !isMuted && random.chance(0.03);
    const action = random.pick(["publish", "mask", "flag", "hold", "block"] as const);
    const fate = isMuted ? "muted" : isLocked ? "locked" : action;
    const person = isMuted ? MUTED : `${instance}${String(random.between(1, 12)).padStart(9, "0")}`;
    const author = `Author ${person}.${person}`;
    const sourceId = `conn${instance}:${String(this.#count).padStart(6, "0")}:0`;
    const text = `${random.pick(TEXTS[action])} number ${this.#count}`;
    const channelId = `chat:from-clients${isLocked ? ":attic" : random.pick(["", ":garden"])}`;
    const message = { id: sourceId, clientId: author, timestamp: at, name: "message", data: text };
    const serial = `sim${instance}:${this.#count}`;
    const data = { channelId, site: "sim", messages: [message] };
    const item = { webhookId: "wh1", source: "channel.message", serial, timestamp: at, name: "channel.message", data };
    return { sourceId, author, fate, text, item };
  }
}
