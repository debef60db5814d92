/** The product of a soak run, in a process of its own: as `npm start` makes it, with a function that fails now and then. */

import { type Product, startProduct } from "../../../server/product.ts";
import { servePeer } from "../../bench/peer.ts";
import { type FaultyFunction, type Sabotage, withFaults } from "./faulty.ts";

export type ProductCalls = {
  start: { params: StartOptions; answer: { readonly url: string } };
  /** What lives after a collection of garbage, and how many calls of the function failed. */
  sample: { params: null; answer: Sample };
  /** As SIGTERM does it. */
  stop: { params: null; answer: null };
};

export interface StartOptions {
  readonly port: number;
  /** The data folder. */
  readonly folder: string;
  readonly tokenTtlMs: number;
  readonly sessionTtlMs: number;
  /** Who missed more messages than this reads them from the history. */
  readonly resumePublishes: number;
  readonly sabotage: readonly Sabotage[];
}

export interface Sample {
  /** Bytes of objects and buffers that are in use. */
  readonly live: number;
  /** Bytes that the process holds. */
  readonly resident: number;
  readonly failedCalls: number;
  readonly errors: number;
}

/** Of the root key, which sabotage publishes with. */
const KEY = "soak.root:soaksecret";

/** Publishes kept of a channel: what is kept is full before the second half begins, where memory must be flat. */
const HISTORY_PUBLISHES = 1_000;

let product: Product | undefined;
let faulty: FaultyFunction | undefined;
let errors = 0;

servePeer<ProductCalls>({
  async start({ port, folder, tokenTtlMs, sessionTtlMs, resumePublishes, sabotage }) {
    const environment = { PORT: String(port), LOCAL_DATA: folder, LOCAL_ABLY_KEY: KEY };
    product = await startProduct(environment, {
      tokenTtlMs,
      limits: { sessionTtlMs, resumePublishes, historyPublishes: HISTORY_PUBLISHES },
      log: {
        info: () => {},
        error: () => {
          errors += 1;
        },
        decision: () => {},
      },
      beforeFunction(handler) {
        faulty = withFaults(handler, { sabotage, showAgain });
        return faulty.handler;
      },
    });
    return { url: product.url };
  },
  async sample() {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { live: heapUsed + external, resident: rss, failedCalls: faulty?.failed() ?? 0, errors };
  },
  async stop() {
    await product?.close();
    return null;
  },
});

/** Takes what the room has seen last from its history, and publishes it under another id. */
async function showAgain(): Promise<void> {
  const channel = new URL("/channels/chat:to-clients/messages", product?.url);
  const authorization = `Basic ${Buffer.from(KEY).toString("base64")}`;
  const answer = await fetch(`${channel}?limit=1`, { headers: { authorization } });
  const [newest]: { name: string; data: string; clientId: string; extras: object }[] = await answer.json();
  if (newest === undefined) return;
  const { name, data, clientId, extras } = newest;
  await fetch(channel, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ name, data, clientId, extras }),
  });
}
