/** The load generator: a process of its own that connects, publishes, and counts what arrives. */

import { servePeer } from "../peer.ts";
import { percentile } from "../table.ts";
import { DIALECTS, type Kind } from "./dialect.ts";
import type { RawSocket } from "./raw-socket.ts";

/** Sockets that are connecting at the same time. */
const CONNECTING = 64;

/** What the load can be told to do. A publish is delivered when each subscriber of its channel has it. */
export type LoadCalls = {
  /** Connects `count` sockets; `channels[i % channels.length]` is what socket i attaches to. Answers the seconds it took. */
  connect: {
    params: {
      kind: Kind;
      port: number;
      count: number;
      channels: readonly (readonly string[])[];
      /** Every second one speaks msgpack. */
      mixed?: boolean;
    };
    answer: number;
  };
  /** Publishes to everybody, `window` messages in flight, for `ms`. */
  fanOut: { params: FanOutParams; answer: FanOutResult };
  /** Publishes from `connections` sockets, each waiting for the answer before the next, for `ms`. Answers publishes a second. */
  publish: { params: { kind: Kind; port: number; connections: number; dataBytes: number; ms: number }; answer: number };
  /** Publishes at a fixed rate while some subscribers do not read. */
  stall: { params: StallParams; answer: StallResult };
};

export interface FanOutParams {
  readonly kind: Kind;
  readonly port: number;
  /** The channels published to in turn. */
  readonly channels: readonly string[];
  /** How many subscribers each of them has; they were connected in the order of `connect`. */
  readonly subscribers: number;
  readonly window: number;
  readonly dataBytes: number;
  readonly ms: number;
}

export interface FanOutResult {
  readonly messages: number;
  readonly deliveries: number;
  readonly seconds: number;
  /** Milliseconds from the publish to the last subscriber, 99th percentile. */
  readonly p99: number;
  /** Bytes of one delivery, WebSocket header included. */
  readonly bytes: number;
}

export interface StallParams {
  readonly kind: Kind;
  readonly port: number;
  readonly channel: string;
  readonly stalled: number;
  readonly perSecond: number;
  readonly dataBytes: number;
  readonly ms: number;
}

export interface StallResult {
  /** Milliseconds from the planned publish to each delivery, 99th percentile. */
  readonly p99: number;
  readonly deliveries: number;
  /** What each stalled socket heard at the end: a close code, or the code of an error frame. */
  readonly codes: readonly (number | undefined)[];
}

const sockets: RawSocket[] = [];
const publishers = new Map<string, { socket: RawSocket; serial: number }>();

async function publisherTo(kind: Kind, port: number): Promise<{ socket: RawSocket; serial: number }> {
  const known = publishers.get(kind);
  if (known !== undefined) return known;
  const made = { socket: await DIALECTS[kind].connect(port, []), serial: 0 };
  publishers.set(kind, made);
  return made;
}

servePeer<LoadCalls>({
  async connect({ kind, port, count, channels, mixed }) {
    const startedAt = performance.now();
    let next = 0;
    const first = sockets.length;
    const worker = async (): Promise<void> => {
      while (next < count) {
        const index = next++;
        const format = mixed === true && index % 2 === 1 ? "msgpack" : "json";
        const wanted = channels[index % channels.length] ?? [];
        sockets[first + index] = await DIALECTS[kind].connect(port, wanted, format);
      }
    };
    await Promise.all(Array.from({ length: CONNECTING }, worker));
    return (performance.now() - startedAt) / 1000;
  },

  async fanOut({ kind, port, channels, subscribers, window, dataBytes, ms }) {
    const publisher = await publisherTo(kind, port);
    const data = "x".repeat(dataBytes);
    const dialect = DIALECTS[kind];
    // with one channel every socket gets every message in order, so the n-th on a socket is message n
    const many = channels.length > 1;
    const left = new Map<number, number>();
    const sentAt = new Map<number, number>();
    const latencies: number[] = [];
    const until = performance.now() + ms;
    const startedAt = performance.now();
    const startBytes = sockets.reduce((sum, socket) => sum + socket.bytes, 0);
    let sent = 0;
    let deliveries = 0;
    let inFlight = 0;
    await new Promise<void>((resolve) => {
      const send = (): void => {
        if (inFlight === 0 || window > 1) publisher.socket.cork();
        while (inFlight < window) {
          sentAt.set(sent, performance.now());
          left.set(sent, subscribers);
          const channel = channels[sent % channels.length] ?? "";
          publisher.socket.write(dialect.publish(channel, publisher.serial++, data));
          sent += 1;
          inFlight += 1;
        }
      };
      let oldest = 0;
      let outstanding = 0;
      const complete = (message: number): void => {
        const now = performance.now();
        latencies.push(now - (sentAt.get(message) ?? now));
        sentAt.delete(message);
        left.delete(message);
        inFlight -= 1;
        if (now < until) send();
        else if (inFlight === 0) resolve();
      };
      const onMessage = many
        ? (): void => {
            // channels take turns and each has as many subscribers: count deliveries, not messages
            deliveries += 1;
            outstanding += 1;
            if (outstanding < subscribers) return;
            outstanding -= subscribers;
            complete(oldest++);
          }
        : (socket: RawSocket): void => {
            deliveries += 1;
            const message = socket.seen - 1;
            const missing = (left.get(message) ?? 0) - 1;
            if (missing === 0) complete(message);
            else left.set(message, missing);
          };
      for (const socket of sockets) {
        socket.seen = 0;
        socket.onMessage = onMessage;
      }
      send();
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const bytes = sockets.reduce((sum, socket) => sum + socket.bytes, 0) - startBytes;
    return {
      messages: latencies.length,
      deliveries,
      seconds,
      p99: percentile(latencies, 0.99),
      bytes: bytes / deliveries,
    };
  },

  async publish({ kind, port, connections, dataBytes, ms }) {
    const data = "x".repeat(dataBytes);
    const dialect = DIALECTS[kind];
    const all = await Promise.all(Array.from({ length: connections }, () => dialect.connect(port, [])));
    const until = performance.now() + ms;
    const startedAt = performance.now();
    let acknowledged = 0;
    await Promise.all(
      all.map(
        (socket) =>
          new Promise<void>((resolve) => {
            let serial = 0;
            const send = (): void => socket.write(dialect.publish("bench", serial++, data));
            socket.onMessage = () => {
              acknowledged += 1;
              if (performance.now() < until) send();
              else resolve();
            };
            send();
          }),
      ),
    );
    const rate = acknowledged / ((performance.now() - startedAt) / 1000);
    for (const socket of all) socket.destroy();
    return rate;
  },

  async stall({ kind, port, channel, stalled, perSecond, dataBytes, ms }) {
    const publisher = await publisherTo(kind, port);
    const dialect = DIALECTS[kind];
    const data = "x".repeat(dataBytes);
    const frozen = await Promise.all(Array.from({ length: stalled }, () => dialect.connect(port, [channel])));
    for (const socket of frozen) socket.pause();
    const latencies: number[] = [];
    const plannedAt: number[] = [];
    for (const socket of sockets) {
      socket.seen = 0;
      socket.onMessage = () => latencies.push(performance.now() - (plannedAt[socket.seen - 1] ?? 0));
    }
    const startedAt = performance.now();
    const total = Math.round((perSecond * ms) / 1000);
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - startedAt) * perSecond) / 1000));
        while (plannedAt.length < due) {
          plannedAt.push(performance.now());
          publisher.socket.write(dialect.publish(channel, publisher.serial++, data));
        }
        if (plannedAt.length < total || latencies.length < total * sockets.length) return;
        clearInterval(timer);
        resolve();
      }, 2);
    });
    const codes = await Promise.all(frozen.map((socket) => lastCode(socket)));
    return { p99: percentile(latencies, 0.99), deliveries: latencies.length, codes };
  },
});

/** Lets a stalled socket read again and answers the code it is closed with. */
function lastCode(socket: RawSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    let code: number | undefined;
    socket.onPayload = (payload) => {
      const found = payload.length < 2_000 ? /"code":(\d+)/.exec(payload.toString()) : null;
      if (found !== null) code = Number(found[1]);
    };
    const stop = setTimeout(() => resolve(code ?? socket.closeCode), 5_000);
    socket.onEnd = () => {
      clearTimeout(stop);
      resolve(code ?? socket.closeCode);
    };
    socket.resume();
  });
}
