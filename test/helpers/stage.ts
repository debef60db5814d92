/**
 * The product in Ably mode against a broker of its own, with the test as moderator: it decides when and how each
 * message is answered, and when the network between page and broker is there.
 */
import * as Ably from "ably";
import type { Limits } from "../../server/broker/index.ts";
import { type Product, startProduct } from "../../server/product.ts";
import { type StartedBroker, startBroker } from "./start-broker.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const APP = {
  appId: "stage",
  keys: [{ id: "root", secret: "root-secret" }],
  namespaces: [{ id: "chat", persisted: true }],
} as const;
const KEY = "stage.root:root-secret";
const DEADLINE_MS = 20_000;
/** The test says in a moment what a whole room says in a day. */
const NO_HURRY = 100_000;
const ROOMY: Partial<Limits> = {
  inboundRate: NO_HURRY,
  outboundRate: NO_HURRY,
  channelMessageRate: NO_HURRY,
  messageRate: NO_HURRY,
};

/** What a page published, as the rule would hand it to the function. */
export interface Heard {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  readonly at: number;
}

export interface Stage {
  readonly url: string;
  /** The way from page to broker. */
  readonly network: TcpProxy;
  /** Everything that was published to the inbound channel, in order. */
  readonly heard: readonly Heard[];
  /** Waits for the inbound message number `count` (from 1). */
  hear(count: number): Promise<Heard>;
  /** Publishes the moderated copy of a message. */
  pass(heard: Heard, change?: { text?: string; starred?: number; room?: string }): Promise<void>;
  /** Tells the author what became of it. */
  notice(
    heard: Heard,
    outcome: "refused" | "failed" | "held" | "approved",
    message: string,
    code?: string,
    until?: string,
  ): Promise<void>;
  /** Says something as somebody else, moderated. */
  say(author: string, id: string, text: string, at?: number): Promise<void>;
  /** Says many things at once, in one publish. */
  sayMany(author: string, texts: readonly string[]): Promise<void>;
  /** A new broker under the same key: what the old one knew is gone. */
  restartBroker(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly pageFolder: string;
  readonly limits?: Partial<Limits>;
  /** Sites that may show the chat. */
  readonly embedOrigins?: string;
}

/** Sets everything up; `close` ends it. */
export async function startStage({ pageFolder, ...options }: StageOptions): Promise<Stage> {
  const limits = { ...ROOMY, ...options.limits };
  let broker = await startBroker({ apps: [APP], limits });
  const network = await startTcpProxy(broker.port);
  const product: Product = await startProduct(
    {
      PORT: "0",
      ABLY_API_KEY: KEY,
      ABLY_ENDPOINT: "127.0.0.1",
      ABLY_PORT: String(network.port),
      ABLY_TLS: "false",
      EMBED_ORIGINS: options.embedOrigins,
    },
    { pageFolder, log: { info() {}, error() {} } },
  );
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  let lastAt = 0;
  const nextTime = (): number => {
    lastAt = Math.max(Date.now(), lastAt + 1);
    return lastAt;
  };
  let moderator = await moderate(broker, (message) => {
    heard.push(message);
    for (const check of waiting) check();
  });

  async function publish(channel: string, message: Ably.Message): Promise<void> {
    await moderator.channels.get(channel).publish(message);
  }
  const copy = (author: string, sourceId: string, text: string, at: number, starred: number): Ably.Message => ({
    name: "message",
    clientId: author,
    data: text,
    extras: { headers: { "source-id": sourceId, "source-timestamp": String(at), starred: String(starred) } },
  });

  return {
    url: product.url,
    network,
    heard,
    async hear(count) {
      return await new Promise<Heard>((resolve, reject) => {
        const check = () => {
          const message = heard[count - 1];
          if (message === undefined) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(message);
        };
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`waited for inbound message ${count}; heard ${JSON.stringify(heard)}`));
        }, DEADLINE_MS);
        waiting.add(check);
        check();
      });
    },
    pass: async ({ author, id, text, at }, change = {}) => {
      const sourceId = id.replace(/~\d+$/, "");
      const room = change.room === undefined ? "" : `:${change.room}`;
      await publish(`chat:to-clients${room}`, copy(author, sourceId, change.text ?? text, at, change.starred ?? 0));
    },
    notice: async ({ author, id }, outcome, message, code = "test", until) => {
      const data = { "source-id": id.replace(/~\d+$/, ""), outcome, reason: code, message, until };
      await publish(`chat:notices:${author.split(".").at(-1)}`, { name: "notice", data });
    },
    say: async (author, id, text, at = nextTime()) => await publish("chat:to-clients", copy(author, id, text, at, 0)),
    async sayMany(author, texts) {
      const messages = texts.map((text) => {
        const at = nextTime();
        return copy(author, String(at), text, at, 0);
      });
      await moderator.channels.get("chat:to-clients").publish(messages);
    },
    async restartBroker() {
      moderator.close();
      network.refuse(true);
      await broker.close();
      broker = await startBroker({ apps: [APP], limits });
      network.retarget(broker.port);
      moderator = await moderate(broker, (message) => {
        heard.push(message);
        for (const check of waiting) check();
      });
      network.refuse(false);
    },
    async close() {
      moderator.close();
      await product.close();
      await network.close();
      await broker.close();
    },
  };
}

async function moderate({ port }: StartedBroker, hear: (message: Heard) => void): Promise<Ably.Realtime> {
  const client = new Ably.Realtime({ key: KEY, endpoint: "127.0.0.1", port, tls: false, logLevel: 0 });
  await client.channels.get("chat:from-clients").subscribe(({ id, data, clientId, timestamp }) => {
    hear({ id: id ?? "", text: String(data), author: clientId ?? "", at: timestamp ?? 0 });
  });
  return client;
}
