/** The servers of the bench, one a process: the broker, the floor (bare `ws`), the peer (socket.io). */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server as SocketIo } from "socket.io";
import { type WebSocket, WebSocketServer } from "ws";
import { createBroker, type OpenStorage, openStorage } from "../../../server/broker/index.ts";
import { readKept } from "../../../server/broker/storage/kept.ts";
import { MemoryStorage } from "../../../server/broker/storage/memory-storage.ts";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { servePeer } from "../peer.ts";
import { UNLIMITED } from "../unlimited.ts";
import { KEY, type Kind, SUBSCRIBE } from "./dialect.ts";

/** What a server process can be asked. */
export type ServerCalls = {
  start: { params: StartParams; answer: { port: number } };
  /** CPU time used so far, in microseconds. */
  cpu: { params: null; answer: number };
  /** Resident bytes, after a collection of garbage. */
  memory: { params: null; answer: number };
  /** The most resident bytes since the last call. */
  peak: { params: null; answer: number };
};

export interface StartParams {
  readonly kind: Kind;
  /** A bare `ws` server acknowledges each publish instead of sending it on. */
  readonly acknowledges?: boolean;
  /** In which folder the broker keeps what it takes, `twin` for the storage in memory; it keeps nothing when absent. */
  readonly data?: string;
  /** Bytes of what a bare `ws` server sends to each subscriber. */
  readonly frameBytes: number;
}

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20).unref();

servePeer<ServerCalls>({
  async start({ kind, acknowledges, data, frameBytes }) {
    const server = createServer();
    if (kind === "ws") startWs(server, acknowledges === true, frameBytes);
    if (kind === "socketio") startSocketIo(server);
    if (kind === "asterism") startBroker(server, await storageIn(data));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
    return { port: (server.address() as AddressInfo).port };
  },
  async cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  async memory() {
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return process.memoryUsage.rss();
  },
  async peak() {
    const highest = Math.max(peak, process.memoryUsage.rss());
    peak = 0;
    return highest;
  },
});

type HttpServer = ReturnType<typeof createServer>;

/** The floor: one shared buffer to each socket; or, to compare publishes, parse and acknowledge. */
function startWs(server: HttpServer, acknowledges: boolean, frameBytes: number): void {
  const subscribers = new Set<WebSocket>();
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  wss.on("connection", (socket) => {
    socket.on("close", () => subscribers.delete(socket));
    socket.on("error", () => {});
    if (acknowledges) {
      socket.on("message", (bytes: Buffer) => {
        const frame: { msgSerial: number } = JSON.parse(bytes.toString());
        socket.send(JSON.stringify({ action: ACTION.ack, msgSerial: frame.msgSerial, count: 1 }));
      });
      return;
    }
    socket.on("message", (bytes: Buffer) => {
      if (bytes.length === SUBSCRIBE.length && bytes.toString() === SUBSCRIBE) {
        subscribers.add(socket);
        socket.send(SUBSCRIBE);
        return;
      }
      const shared = Buffer.alloc(frameBytes, " ");
      bytes.copy(shared);
      for (const subscriber of subscribers) subscriber.send(shared, { binary: false });
    });
  });
}

function startSocketIo(server: HttpServer): void {
  const io = new SocketIo(server, { pingInterval: 300_000, transports: ["websocket"], perMessageDeflate: false });
  io.on("connection", (socket) => {
    if (socket.handshake.query.room !== "") socket.join("bench");
    socket.on("publish", (data: string) => io.to("bench").emit("message", data));
  });
}

/** The broker, without the rate limits that it shares with Ably. */
function startBroker(server: HttpServer, storage: OpenStorage | undefined): void {
  const [name = "", secret = ""] = KEY.split(":");
  const [appId = "", id = ""] = name.split(".");
  const apps = [{ appId, keys: [{ id, secret }], limits: UNLIMITED }];
  const broker = createBroker({ apps, ...(storage !== undefined && { storage }) });
  server.on("request", (request, response) => broker.handleRequest(request, response));
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
}

async function storageIn(data: string | undefined): Promise<OpenStorage | undefined> {
  if (data === undefined) return undefined;
  return data === "twin" ? await readKept(new MemoryStorage()) : await openStorage(data);
}
