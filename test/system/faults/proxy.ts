/** A TCP proxy that spoils connections: at the door, on the way there, or on the way back. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export const TOXICS = ["latency", "reset", "slow close", "blackhole", "bandwidth"] as const;
export const STAGES = ["connect", "request", "response"] as const;

export interface Toxic {
  readonly kind: (typeof TOXICS)[number];
  readonly stage: (typeof STAGES)[number];
}

const LATENCY_MS = 300;
const SLOW_CLOSE_MS = 200;
/** One piece each tick: about 1.3 KB a second. */
const PIECE_BYTES = 64;
const TICK_MS = 50;

export class ToxicProxy {
  toxic: Toxic | undefined;
  /** Connections and chunks that a toxic got hold of. */
  spoilt = 0;
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => void this.#accept(client));
  }

  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Close every connection that is open. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.drop();
    this.#server.close();
  }

  async #accept(client: Socket): Promise<void> {
    this.#watch(client);
    if (this.toxic?.stage === "connect") {
      this.spoilt += 1;
      switch (this.toxic.kind) {
        case "latency":
          await wait(LATENCY_MS);
          break;
        case "reset":
          return void client.resetAndDestroy();
        case "blackhole":
          return void client.resume();
        case "slow close":
          await wait(SLOW_CLOSE_MS);
          return void client.end();
        case "bandwidth":
          break;
      }
    }
    const upstream = connect(this.#target, "127.0.0.1");
    this.#watch(upstream);
    this.#pipe(client, upstream, "request", client);
    this.#pipe(upstream, client, "response", client);
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  /** Chunk by chunk, each after the one before it. */
  #pipe(from: Socket, to: Socket, stage: "request" | "response", client: Socket): void {
    let last = Promise.resolve();
    from.on("data", (chunk: Buffer) => {
      last = last.then(() => this.#forward(chunk, to, stage, client));
    });
    from.on("end", () => {
      last = last.then(() => void to.end());
    });
    from.on("close", () => void last.then(() => to.destroySoon()));
  }

  async #forward(chunk: Buffer, to: Socket, stage: "request" | "response", client: Socket): Promise<void> {
    const { toxic } = this;
    const isSlow = toxic?.kind === "bandwidth" && toxic.stage === "connect";
    if (toxic === undefined || (toxic.stage !== stage && !isSlow)) return void to.write(chunk);
    this.spoilt += 1;
    switch (toxic.kind) {
      case "latency":
        await wait(LATENCY_MS);
        return void to.write(chunk);
      case "reset":
        return void client.resetAndDestroy();
      case "blackhole":
        return;
      case "slow close":
        to.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
        await wait(SLOW_CLOSE_MS);
        return void client.end();
      case "bandwidth":
        for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
          to.write(chunk.subarray(at, at + PIECE_BYTES));
          await wait(TICK_MS);
        }
    }
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
