/**
 * The lightest WebSocket client that still speaks the protocol, so that the load costs little and the same for every
 * server. All sockets read into one buffer; payloads are skipped unless somebody wants to read them; what is sent is
 * masked with zeros.
 */
import { createConnection, type Socket } from "node:net";

const shared = Buffer.allocUnsafe(256 * 1024);

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** Opcodes of the frames a server sends. */
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
/** The answer to a ping without a payload. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** One client connection. */
export class RawSocket {
  /** Called for each message frame when its last byte has arrived. */
  onMessage: (socket: RawSocket) => void = () => {};
  /** While set, payloads are collected and given to it instead. */
  onPayload: ((payload: Buffer, opcode: number) => void) | undefined;
  onEnd: () => void = () => {};
  /** Messages that have arrived since the owner last set this. */
  seen = 0;
  /** Bytes that have arrived. */
  bytes = 0;
  /** The code of the server's close frame. */
  closeCode: number | undefined;
  readonly #socket: Socket;
  #upgraded = false;
  #rest: Buffer | undefined;
  #skip = 0;
  #skipsMessage = false;

  private constructor(port: number, path: string, upgraded: () => void) {
    const onread = {
      buffer: shared,
      callback: (count: number, buffer: Uint8Array): boolean => {
        this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, count), upgraded);
        return true;
      },
    };
    this.#socket = createConnection({ port, host: "127.0.0.1", noDelay: true, onread });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.onEnd());
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  }

  /** Connects and upgrades; from the first frame on, `onPayload` gets what arrives. */
  static open(port: number, path: string, onPayload?: (payload: Buffer, opcode: number) => void): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket: RawSocket = new RawSocket(port, path, () => resolve(socket));
      socket.onPayload = onPayload;
      socket.onEnd = () => reject(new Error("the server closed the connection"));
    });
  }

  /** Sends bytes made by `clientFrame`. */
  write(frame: Buffer): void {
    this.#socket.write(frame);
  }

  /** Holds back writes until the end of this turn, as a client that publishes several messages does. */
  cork(): void {
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection at once, leaving no TIME_WAIT behind. */
  destroy(): void {
    this.onEnd = () => {};
    this.#socket.resetAndDestroy();
  }

  #read(chunk: Buffer, upgraded: () => void): void {
    this.bytes += chunk.length;
    let data = chunk;
    if (this.#rest !== undefined) {
      data = Buffer.concat([this.#rest, chunk]);
      this.#rest = undefined;
    }
    let at = 0;
    if (!this.#upgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end === -1) {
        this.#rest = Buffer.from(data);
        return;
      }
      if (!data.toString("latin1", 0, 12).startsWith("HTTP/1.1 101")) {
        this.#socket.destroy();
        return;
      }
      this.#upgraded = true;
      at = end + 4;
      upgraded();
    }
    at = this.#frames(data, at);
    if (at < data.length) this.#rest = Buffer.from(data.subarray(at));
  }

  /** Goes through the frames from `at` on; answers where the first incomplete one begins. */
  #frames(data: Buffer, start: number): number {
    const end = data.length;
    let at = start;
    for (;;) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, end - at);
        at += step;
        this.#skip -= step;
        if (this.#skip > 0) return at;
        if (this.#skipsMessage) this.#message();
      }
      if (end - at < 2) return at;
      let length = (data[at + 1] ?? 0) & 127;
      let header = 2;
      if (length === 126) {
        if (end - at < 4) return at;
        length = data.readUInt16BE(at + 2);
        header = 4;
      } else if (length === 127) {
        if (end - at < 10) return at;
        length = Number(data.readBigUInt64BE(at + 2));
        header = 10;
      }
      const opcode = (data[at] ?? 0) & 15;
      if (this.onPayload !== undefined || opcode >= CLOSE) {
        if (end - at < header + length) return at;
        const payload = data.subarray(at + header, at + header + length);
        at += header + length;
        if (opcode === CLOSE && length >= 2) this.closeCode = payload.readUInt16BE(0);
        if (opcode === PING) this.#socket.write(PONG);
        if (opcode < CLOSE) {
          this.seen += 1;
          this.onPayload?.(payload, opcode);
        }
        continue;
      }
      at += header;
      this.#skip = length;
      this.#skipsMessage = true;
      if (length === 0) this.#message();
    }
  }

  #message(): void {
    this.seen += 1;
    this.onMessage(this);
  }
}

/** One whole client frame: text, or binary for bytes. */
export function clientFrame(payload: string | Uint8Array): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  const opcode = typeof payload === "string" ? TEXT : 2;
  const length =
    body.length < 126
      ? [0x80 | body.length]
      : body.length < 65_536
        ? [0x80 | 126, body.length >> 8, body.length & 255]
        : [
            0x80 | 127,
            0,
            0,
            0,
            0,
            body.length >>> 24,
            (body.length >> 16) & 255,
            (body.length >> 8) & 255,
            body.length & 255,
          ];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), body]);
}
