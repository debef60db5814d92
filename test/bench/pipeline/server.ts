/** What is measured, in a process of its own: the whole product in local mode, or the floor. */
import { startProduct } from "../../../server/product.ts";
import { KEY } from "../broker/dialect.ts";
import { servePeer } from "../peer.ts";
import { UNLIMITED } from "../unlimited.ts";
import { startFloor } from "./floor.ts";
import type { Carrier } from "./load.ts";

/** How the rule calls the function. */
export type RuleMode = "batch" | "single" | "both";

export type ServerCalls = {
  start: { params: { carrier: Carrier; ruleMode: RuleMode; batchIntervalMs: number }; answer: { port: number } };
  /** CPU time used so far, in microseconds. */
  cpu: { params: null; answer: number };
};

servePeer<ServerCalls>({
  async start({ carrier, ruleMode, batchIntervalMs }) {
    if (carrier === "floor") return startFloor();
    const product = await startProduct(
      {
        PORT: "0",
        LOCAL_DATA: "memory",
        LOCAL_ABLY_KEY: KEY,
        LOCAL_RULE_MODE: ruleMode,
        LOCAL_BATCH_INTERVAL_MS: String(batchIntervalMs),
        BANNED_WORDS: "potato",
      },
      { log: { info() {}, error() {} }, limits: UNLIMITED },
    );
    return { port: Number(new URL(product.url).port) };
  },
  async cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
});
