/** The product under a soak run: its process, its data folder, and its restart on the same port. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Peer, startPeer } from "../../bench/peer.ts";
import type { ProductCalls, Sample, StartOptions } from "./product-process.ts";

export class Ground {
  origin = "";
  /** Of the processes that have ended. */
  #failedCalls = 0;
  #errors = 0;
  #peer: Peer<ProductCalls> | undefined;
  readonly #options: Omit<StartOptions, "port">;

  private constructor(options: Omit<StartOptions, "port">) {
    this.#options = options;
  }

  static async open(options: Omit<StartOptions, "port" | "folder">): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), "asterism-soak-"));
    const ground = new Ground({ ...options, folder });
    await ground.#start(0);
    return ground;
  }

  /** Ends the product as SIGTERM does, and starts it again with the same data; answers how long it was away (ms). */
  async restart(): Promise<number> {
    const { failedCalls, errors } = await this.sample();
    const before = performance.now();
    await this.#peer?.call("stop", null);
    await this.#peer?.kill();
    this.#failedCalls = failedCalls;
    this.#errors = errors;
    await this.#start(Number(new URL(this.origin).port));
    return performance.now() - before;
  }

  async sample(): Promise<Sample> {
    const sample = await this.#running.call("sample", null);
    return {
      ...sample,
      failedCalls: this.#failedCalls + sample.failedCalls,
      errors: this.#errors + sample.errors,
    };
  }

  async close(): Promise<void> {
    await this.#peer?.kill();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  get #running(): Peer<ProductCalls> {
    if (this.#peer === undefined) throw new Error("the product is not running");
    return this.#peer;
  }

  async #start(port: number): Promise<void> {
    this.#peer = startPeer(new URL("./product-process.ts", import.meta.url));
    this.origin = (await this.#peer.call("start", { ...this.#options, port })).url;
  }
}
