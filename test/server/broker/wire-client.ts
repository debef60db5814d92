/** A client that speaks the protocol by hand, in JSON: sends literal frames and reads literal answers. */
import { WebSocket } from "ws";
import { ACTION, PRESENCE_ACTION } from "../../../server/broker/wire/actions.ts";

export interface WireClient {
  send(frame: object | string): void;
  /** The next frame that has these fields, from the beginning or since the last one that was asked for. */
  next(fields: Record<string, unknown>): Promise<Frame>;
  /** Resolves with WebSocket's code when the socket closes. */
  readonly closed: Promise<number>;
  /** Stops reading, as a stalled client does. */
  pause(): void;
  resume(): void;
  end(): void;
}

export interface Frame {
  readonly action: number;
  readonly channel?: string;
  readonly msgSerial?: number;
  readonly flags?: number;
  readonly connectionId?: string;
  readonly channelSerial?: string;
  readonly error?: { readonly code: number; readonly statusCode: number; readonly message: string };
  readonly connectionDetails?: Readonly<Record<string, unknown>>;
  readonly messages?: readonly Readonly<Record<string, unknown>>[];
  readonly presence?: readonly Readonly<Record<string, unknown>>[];
  readonly annotations?: readonly Readonly<Record<string, unknown>>[];
  readonly res?: readonly { readonly serials: readonly string[] }[];
}

export function connectWire(port: number, query: Record<string, string>): WireClient {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?${new URLSearchParams({ v: "6", ...query })}`);
  const opened = new Promise<void>((resolve) => socket.once("open", () => resolve()));
  const frames: Frame[] = [];
  const waiting: { fields: Record<string, unknown>; resolve: (frame: Frame) => void }[] = [];
  socket.on("error", () => {});
  socket.on("message", (data) => {
    frames.push(JSON.parse(data.toString()));
    settle();
  });

  function settle(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const at = frames.findIndex((frame) => matches(frame, first.fields));
    const [frame] = at === -1 ? [] : frames.splice(0, at + 1).slice(-1);
    if (frame === undefined) return;
    waiting.shift();
    first.resolve(frame);
    settle();
  }

  return {
    send(frame) {
      void opened.then(() => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)));
    },
    next(fields) {
      return new Promise((resolve) => {
        waiting.push({ fields, resolve });
        settle();
      });
    },
    closed: new Promise((resolve) => socket.once("close", resolve)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.terminate(),
  };
}

function matches(frame: object, fields: Record<string, unknown>): boolean {
  const known = new Map<string, unknown>(Object.entries(frame));
  return Object.entries(fields).every(([name, value]) => known.get(name) === value);
}

/** Attaches a client to a channel. */
export async function attachTo(client: WireClient, channel: string): Promise<void> {
  client.send({ action: ACTION.attach, channel });
  await client.next({ action: ACTION.attached, channel });
}

/** Makes a client, which sent nothing before on its connection, present on a channel that it is attached to. */
export async function enter(client: WireClient, channel: string, member: object = {}): Promise<void> {
  const presence = [{ action: PRESENCE_ACTION.enter, ...member }];
  client.send({ action: ACTION.presence, channel, msgSerial: 0, presence });
  await client.next({ action: ACTION.ack });
}
