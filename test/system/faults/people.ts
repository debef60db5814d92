/** People who write, some of them with bad words or bad intentions, and what must become of what they wrote. */
import type { Random } from "./random.ts";
import type { RuleEvent } from "./rule.ts";

export interface Written {
  readonly author: string;
  readonly room: string;
  readonly sourceId: string;
  /** Position among what this author wrote in this room. */
  readonly order: number;
  /** Nothing of it may ever be published. */
  readonly isPoison: boolean;
  /** As it is in the history of the inbound channel. */
  readonly message: object;
  /** As the rule sends it. */
  readonly item: RuleEvent["item"];
}

const ROOMS = ["chat:from-clients", "chat:from-clients:garden", "chat:from-clients:kitchen"] as const;

export const BANNED = ["potato", "cabbage"] as const;

/** Fields beside the text in which a client could hide something. */
const HOSTILE = {
  name: "potato",
  extras: { headers: { note: "Cabbage" }, push: { notification: { body: "potato" } } },
};

export class People {
  readonly #random: Random;
  readonly #orders = new Map<string, number>();
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** One message, sent at `at`, by one of the authors of an instance. */
  write(at: number, instance: number): Written {
    const random = this.#random;
    const person = `${instance}${String(random.between(1, 12)).padStart(9, "0")}`;
    const author = `Author ${person}.${person}`;
    const room = random.pick(ROOMS);
    const key = `${author}\n${room}`;
    const order = (this.#orders.get(key) ?? 0) + 1;
    this.#orders.set(key, order);
    this.#count += 1;
    // as the page names its messages: the later one is the greater text
    const sourceId = `conn${instance}:${String(this.#count).padStart(6, "0")}:0`;
    const isPoison = random.chance(0.01);
    const message = {
      id: sourceId,
      clientId: author,
      timestamp: at,
      name: "message",
      ...(random.chance(0.2) && HOSTILE),
      ...(isPoison ? this.#poison() : this.#text(order)),
    };
    const data = { channelId: room, site: "sim", messages: [message] };
    const serial = `sim${instance}:${this.#count}`;
    const item = { webhookId: "wh1", source: "channel.message", serial, timestamp: at, name: "channel.message", data };
    return { author, room, sourceId, order, isPoison, message, item };
  }

  #text(order: number): object {
    const word = this.#random.pick(["hello", "Potato", "potatoes", "CABBAGE", "fine", "cabbages, potato"]);
    const text = `${word} number ${order}`;
    return this.#random.chance(0.3) ? { data: JSON.stringify({ text }), encoding: "json" } : { data: text };
  }

  #poison(): object {
    return this.#random.pick([
      { data: "cG90YXRv", encoding: "utf-8/cipher+aes-256-cbc/base64" },
      { data: "{potato", encoding: "json" },
      { data: "potato ".repeat(400) },
      { data: ["potato"] },
    ]);
  }
}
