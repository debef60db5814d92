/** One WebSocket of a client, and the server side of the upgrade to it. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** Who hears of what happens on a socket. */
export interface SocketOwner {
  received(socket: Socket, bytes: Buffer, binary: boolean): void;
  closed(socket: Socket): void;
}

const PING = Buffer.from([0x89, 0x00]);
const CONCATENATE_UP_TO = 65_536;

const isList = (frames: Buffer | readonly Buffer[]): frames is readonly Buffer[] => Array.isArray(frames);

/**
 * Reading is left to `ws`. Writing goes to the stream below it, because frames come here finished and `ws` would frame
 * each again for each socket.
 */
export class Socket {
  /** Whether the last write had to wait; cheaper to ask than how much waits. */
  congested = false;
  /** Who hears of what comes in; nobody until the client is known. */
  owner: SocketOwner | undefined;
  readonly #websocket: ClientWebSocket;
  readonly #stream: Duplex & { readonly bytesRead?: number };
  readonly #leaving: Set<Socket>;
  #closing = false;
  #bytesSeen = 0;

  /** `leaving` holds the socket as long as its closing handshake lasts. */
  constructor(websocket: ClientWebSocket, stream: Duplex, leaving: Set<Socket>) {
    this.#websocket = websocket;
    this.#stream = stream;
    this.#leaving = leaving;
    websocket.client = this;
  }

  get isOpen(): boolean {
    return !this.#closing && this.#websocket.readyState === WebSocket.OPEN;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  /** Bytes that the peer has not taken yet. */
  get waiting(): number {
    return this.#stream.writableLength;
  }

  /** Whether anything came in since the last call, be it only the answer to a ping. */
  wasHeard(): boolean {
    const bytes = this.#stream.bytesRead ?? this.#bytesSeen + 1;
    const heard = bytes !== this.#bytesSeen;
    this.#bytesSeen = bytes;
    return heard;
  }

  /** Writes finished frames, in one go. */
  write(frames: Buffer | readonly Buffer[]): void {
    if (this.#closing) return;
    if (!isList(frames)) {
      this.congested = !this.#stream.write(frames);
      return;
    }
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    if (bytes <= CONCATENATE_UP_TO) {
      this.congested = !this.#stream.write(Buffer.concat(frames, bytes));
      return;
    }
    this.#stream.cork();
    for (const frame of frames) this.congested = !this.#stream.write(frame);
    this.#stream.uncork();
  }

  ping(): void {
    this.write(PING);
  }

  /** Begins the closing handshake; what was written before still goes out. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#leaving.add(this);
    this.#websocket.close(code, reason);
  }

  /** Runs `task` when the socket is gone. */
  onceClosed(task: () => void): void {
    this.#websocket.once("close", task);
  }

  /** A message came in. */
  received(data: RawData, binary: boolean): void {
    if (!this.#closing && Buffer.isBuffer(data)) this.owner?.received(this, data, binary);
  }

  /** The socket is gone. */
  ended(): void {
    this.#leaving.delete(this);
    this.owner?.closed(this);
  }

  destroy(): void {
    this.#closing = true;
    this.#websocket.terminate();
  }
}

/**
 * A WebSocket that tells its owner what happens to it, without listeners: a table of them costs each socket 160 bytes.
 */
class ClientWebSocket extends WebSocket {
  client: Socket | undefined;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "message") {
      this.client?.received(args[0] as RawData, args[1] === true);
      return true;
    }
    if (event === "error") return true; // ws closes by itself with the code that fits; "close" follows
    if (event === "close") this.client?.ended();
    return super.emit(event, ...args);
  }
}

/** A request to become a WebSocket, as Node's HTTP server hands it over. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  /** What came on the stream after the request. */
  readonly head: Buffer;
}

/** Takes upgrades and answers each with a socket. */
export interface Upgrader {
  upgrade(upgrade: Upgrade): void;
  /** Takes no more, and cuts off who has not finished the closing handshake in time. */
  close(): void;
}

export interface UpgraderLimits {
  readonly frameBytes: number;
  readonly closingMs: number;
  readonly slowReaderMs: number;
}

/**
 * Takes upgrades, and hands each socket over with the request it came with. Closing handshakes are timed by whoever begins
 * them, and here once nobody else is left to do it.
 */
export function createUpgrader(
  { frameBytes, closingMs, slowReaderMs }: UpgraderLimits,
  accept: (socket: Socket, request: IncomingMessage) => void,
): Upgrader {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: frameBytes,
    closeTimeout: Math.max(closingMs, slowReaderMs), // newer than the types of ws
    WebSocket: ClientWebSocket,
  };
  const server = new WebSocketServer<typeof ClientWebSocket>(options);
  const leaving = new Set<Socket>();
  return {
    upgrade({ request, stream, head }) {
      // The answer to the upgrade and what is said in the same breath go out in one write.
      stream.cork();
      server.handleUpgrade(request, stream, head, (websocket) =>
        accept(new Socket(websocket, stream, leaving), request),
      );
      stream.uncork();
    },
    close() {
      server.close();
      setTimeout(() => {
        for (const socket of leaving) socket.destroy();
      }, closingMs).unref();
    },
  };
}
