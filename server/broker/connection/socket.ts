import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";

/**
 * One WebSocket of a client. Reading is left to `ws`; writing goes to the stream below it, because frames come here
 * finished and `ws` would frame each again for each socket.
 */
export interface SocketEvents {
  received(bytes: Buffer, binary: boolean): void;
  /** Anything at all was heard: the peer is alive. */
  heard(): void;
  closed(): void;
}

const PING = Buffer.from([0x89, 0x00]);
const CONCATENATE_UP_TO = 65_536;

export class Socket {
  readonly #websocket: WebSocket;
  readonly #stream: Duplex;
  #closing = false;

  constructor(websocket: WebSocket, stream: Duplex) {
    this.#websocket = websocket;
    this.#stream = stream;
  }

  /** Starts to listen. */
  open(events: SocketEvents): void {
    this.#websocket.on("message", (data: RawData, binary: boolean) => {
      if (Buffer.isBuffer(data) && !this.#closing) events.received(data, binary);
    });
    this.#websocket.on("pong", () => events.heard());
    this.#websocket.on("error", () => {}); // ws closes by itself with the code that fits; "close" follows
    this.#websocket.on("close", () => events.closed());
  }

  /** Bytes that the peer has not taken yet. */
  get waiting(): number {
    return this.#stream.writableLength;
  }

  /** Writes finished frames, in one go. */
  write(frames: Buffer | readonly Buffer[]): void {
    if (this.#closing || this.#stream.destroyed) return;
    if (Buffer.isBuffer(frames)) {
      this.#stream.write(frames);
      return;
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    if (bytes <= CONCATENATE_UP_TO) {
      this.#stream.write(Buffer.concat(frames as Buffer[], bytes));
      return;
    }
    this.#stream.cork();
    for (const frame of frames) this.#stream.write(frame);
    this.#stream.uncork();
  }

  ping(): void {
    this.write(PING);
  }

  onceClosed(task: () => void): void {
    this.#websocket.once("close", task);
  }

  /** Begins the closing handshake; what was written before still goes out. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#websocket.close(code, reason);
  }

  destroy(): void {
    this.#closing = true;
    this.#websocket.terminate();
  }
}
