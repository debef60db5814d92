/** How a client of each kind of server connects, subscribes and publishes. */
import { Packr } from "msgpackr";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { clientFrame, RawSocket } from "./raw-socket.ts";

/** The servers that are compared. */
export type Kind = "asterism" | "ws" | "socketio";

/** The key of the broker in a bench. */
export const KEY = "bench.root:secret";

/** What the load has to know of a server. */
export interface Dialect {
  /** Connects, and attaches to these channels. */
  connect(port: number, channels: readonly string[], format?: "json" | "msgpack"): Promise<RawSocket>;
  /** The frame of the `serial`-th publish of a connection. */
  publish(channel: string, serial: number, data: string): Buffer;
}

/** How one subscribes to a bare `ws` server, and what it answers. */
export const SUBSCRIBE = '{"action":10,"channel":"bench"}';

const packr = new Packr({ useRecords: false, variableMapSize: true });

const CONNECTED = 4;
const ATTACHED = 11;

const asterism: Dialect = {
  connect(port, channels, format = "json") {
    const path = `/?key=${encodeURIComponent(KEY)}&format=${format}&heartbeats=false&v=6&agent=bench`;
    const encode = (frame: object): Buffer =>
      clientFrame(format === "json" ? JSON.stringify(frame) : packr.pack(frame));
    return new Promise((resolve, reject) => {
      let missing = channels.length;
      const early: number[] = [];
      const step = (socket: RawSocket, action: number): void => {
        if (action === CONNECTED) {
          for (const channel of channels) socket.write(encode({ action: ACTION.attach, channel }));
        }
        if (action === ATTACHED) missing -= 1;
        if (missing > 0 || (action !== CONNECTED && action !== ATTACHED)) return;
        socket.onPayload = undefined;
        socket.onEnd = () => {};
        resolve(socket);
      };
      let opened: RawSocket | undefined;
      RawSocket.open(port, path, (payload) => {
        const frame: unknown = format === "json" ? JSON.parse(payload.toString()) : packr.unpack(payload);
        const action = actionOf(frame);
        if (action === 9 || action === 6) reject(new Error(payload.toString()));
        if (opened === undefined) early.push(action);
        else step(opened, action);
      }).then((socket) => {
        opened = socket;
        for (const action of early) step(socket, action);
      }, reject);
    });
  },
  publish: (channel, msgSerial, data) =>
    clientFrame(JSON.stringify({ action: ACTION.message, msgSerial, channel, messages: [{ name: "message", data }] })),
};

function actionOf(frame: unknown): number {
  return typeof frame === "object" && frame !== null && "action" in frame && typeof frame.action === "number"
    ? frame.action
    : -1;
}

/**
 * A bare `ws` server. One subscribes by a message that is answered, as to the others: a client that has only listened
 * so far acknowledges TCP segments when it reads them, one that has answered leaves that to the kernel, which does it
 * on the server's processor time. Subscribing by the address alone makes a delivery a quarter cheaper for the server.
 */
const ws: Dialect = {
  async connect(port, channels) {
    const [channel] = channels;
    const socket = await RawSocket.open(port, "/");
    if (channel !== undefined) {
      await new Promise<void>((resolve, reject) => {
        socket.onPayload = () => resolve();
        socket.onEnd = () => reject(new Error("the server closed the connection"));
        socket.write(clientFrame(SUBSCRIBE));
      });
    }
    socket.onPayload = undefined;
    socket.onEnd = () => {};
    return socket;
  },
  publish: (channel, msgSerial, data) =>
    clientFrame(JSON.stringify({ action: ACTION.message, msgSerial, channel, messages: [{ name: "message", data }] })),
};

/** socket.io over engine.io's WebSocket transport; the server joins each connection to the room `bench`. */
const socketio: Dialect = {
  connect(port, channels) {
    const path = `/socket.io/?EIO=4&transport=websocket&room=${encodeURIComponent(channels[0] ?? "")}`;
    return new Promise((resolve, reject) => {
      let opened: RawSocket | undefined;
      const early: string[] = [];
      const step = (socket: RawSocket, text: string): void => {
        if (text.startsWith("0{")) socket.write(clientFrame("40"));
        if (!text.startsWith("40")) return;
        socket.onPayload = undefined;
        socket.onEnd = () => {};
        resolve(socket);
      };
      RawSocket.open(port, path, (payload) => {
        if (opened === undefined) early.push(payload.toString());
        else step(opened, payload.toString());
      }).then((socket) => {
        opened = socket;
        for (const text of early) step(socket, text);
      }, reject);
    });
  },
  publish: (_channel, _serial, data) => clientFrame(`42${JSON.stringify(["publish", data])}`),
};

/** The dialect of each kind of server. */
export const DIALECTS: Readonly<Record<Kind, Dialect>> = { asterism, ws, socketio };
