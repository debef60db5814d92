/** The people of the pipeline's bench: authors who write at a fixed rate, readers who count what comes and when. */

import { KEY, SUBSCRIBE } from "../broker/dialect.ts";
import { clientFrame, RawSocket } from "../broker/raw-socket.ts";
import { servePeer } from "../peer.ts";
import { percentile } from "../table.ts";

/** What carries the messages. */
export type Carrier = "asterism" | "floor";

export type LoadCalls = {
  connect: { params: { carrier: Carrier; port: number; authors: number; readers: number }; answer: null };
  /** Writes `perSecond` messages for `ms`, then waits until all have come or nothing comes any more. */
  write: { params: Writing; answer: Written };
};

export interface Writing {
  readonly perSecond: number;
  readonly ms: number;
  /** Published where the readers are, past the function. */
  readonly isDirect: boolean;
  /** Without banned words. */
  readonly isPlain: boolean;
  /** The order is that of the source's stamps, as the page shows it, and not that of arrival. */
  readonly byStamp: boolean;
}

export interface Written {
  readonly sent: number;
  /** Messages that the broker did not take, and said so. */
  readonly refused: number;
  /** Messages that every reader has. */
  readonly carried: number;
  /** Those that every reader had when the writing ended, for each second of it. */
  readonly carriedPerSecond: number;
  readonly doubled: number;
  readonly reordered: number;
  /** Messages that came with the word that was to be masked. */
  readonly leaked: number;
  /** Milliseconds from the planned moment of a publish to each reader. */
  readonly p50: number;
  readonly p99: number;
}

const INBOUND = "chat:from-clients";
const OUTBOUND = "chat:to-clients";
const CONNECTED = 4;
const ATTACHED = 11;
const MESSAGE = 15;

/**
 * Nothing comes any more when nothing has come for so long: with both rules the batch brings what the other one dropped, and
 * gets through a full queue of 10,000 at 1,000 a second.
 */
const QUIET_MS = 12_000;
/** One message in so many holds a banned word. */
const BANNED_EVERY = 10;

const authors: { socket: RawSocket; serial: number }[] = [];
const readers: RawSocket[] = [];
let carrier: Carrier = "floor";
let run = 0;

servePeer<LoadCalls>({
  async connect(params) {
    carrier = params.carrier;
    for (let n = 0; n < params.authors; n += 1)
      authors.push({ socket: await open(params.port, undefined, n), serial: 0 });
    for (let n = 0; n < params.readers; n += 1) readers.push(await open(params.port, OUTBOUND, n));
    return null;
  },

  async write({ perSecond, ms, isDirect, isPlain, byStamp }) {
    run += 1;
    const total = Math.round((perSecond * ms) / 1_000);
    const plannedAt = new Float64Array(total);
    const tallies = readers.map(() => ({ has: new Uint8Array(total), seen: authors.map((): Seen[] => []) }));
    const copies = new Uint16Array(total);
    const latencies: number[] = [];
    let doubled = 0;
    let refused = 0;
    let leaked = 0;
    let carried = 0;
    let lastAt = performance.now();

    const take = (reader: number, { data, extras }: Received): void => {
      const [ofRun, index, text] = data.split(" ", 3);
      const message = Number(index);
      const tally = tallies[reader];
      if (Number(ofRun) !== run || tally === undefined) return;
      const now = performance.now();
      lastAt = now;
      if (text === "potato" && !isDirect) leaked += 1;
      if (tally.has[message] === 1) {
        doubled += 1;
        return;
      }
      tally.has[message] = 1;
      const stamp = byStamp ? Number(extras?.headers["source-timestamp"]) : 0;
      tally.seen[message % authors.length]?.push({ message, stamp });
      latencies.push(now - (plannedAt[message] ?? now));
      copies[message] = (copies[message] ?? 0) + 1;
      if (copies[message] === readers.length) carried += 1;
    };
    for (const [reader, socket] of readers.entries()) {
      socket.onPayload = (payload) => {
        const frame = JSON.parse(payload.toString());
        if (frame.action === MESSAGE) for (const message of frame.messages) take(reader, message);
      };
    }
    for (const { socket } of authors) {
      socket.onPayload = (payload) => {
        if (payload.includes('"action":2,')) refused += JSON.parse(payload.toString()).count ?? 1;
      };
    }

    const startedAt = performance.now();
    let sent = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const now = performance.now();
        const due = Math.min(total, Math.floor(((now - startedAt) * perSecond) / 1_000) + 1);
        for (; sent < due; sent += 1) {
          plannedAt[sent] = startedAt + (sent * 1_000) / perSecond;
          say(sent, { channel: isDirect ? OUTBOUND : INBOUND, isPlain });
        }
        if (sent < total) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const carriedPerSecond = carried / seconds;
    lastAt = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (carried + refused < total && performance.now() - lastAt < QUIET_MS) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    const p50 = percentile(latencies, 0.5);
    const reordered = tallies.flatMap(({ seen }) => seen.map(swapsIn)).reduce((sum, swaps) => sum + swaps, 0);
    return {
      sent,
      refused,
      carried,
      carriedPerSecond,
      doubled,
      reordered,
      leaked,
      p50,
      p99: percentile(latencies, 0.99),
    };
  },
});

/** What a reader has of one author. */
interface Seen {
  readonly message: number;
  readonly stamp: number;
}

interface Received {
  readonly data: string;
  readonly extras?: { readonly headers: Readonly<Record<string, string>> };
}

/** How often a message stands after one that was written later. */
function swapsIn(seen: readonly Seen[]): number {
  const shown = [...seen].sort((a, b) => a.stamp - b.stamp);
  return shown.filter(({ message }, place) => message < (shown[place - 1]?.message ?? 0)).length;
}

function say(message: number, { channel, isPlain }: { channel: string; isPlain: boolean }): void {
  const author = authors[message % authors.length];
  if (author === undefined) return;
  const word = !isPlain && message % BANNED_EVERY === 0 ? "potato" : "carrot";
  const data = `${run} ${message} ${word} and some more words, as many as people write in a chat`;
  const messages = [{ id: `${run}-${message}`, name: "message", data }];
  const frame = { action: MESSAGE, msgSerial: author.serial, channel, messages };
  author.serial += 1;
  author.socket.write(clientFrame(JSON.stringify(frame)));
}

/** Connects; with a channel, it is attached when the promise settles. */
async function open(port: number, channel: string | undefined, n: number): Promise<RawSocket> {
  const path =
    carrier === "floor"
      ? "/"
      : `/?key=${encodeURIComponent(KEY)}&clientId=Author.person${String(n).padStart(4, "0")}&format=json&heartbeats=false&v=6&agent=bench`;
  const isReady = (payload: Buffer): boolean => {
    if (carrier === "floor") return payload.toString() === SUBSCRIBE;
    const { action, error } = JSON.parse(payload.toString());
    if (action === CONNECTED && channel !== undefined)
      socket?.write(clientFrame(JSON.stringify({ action: 10, channel })));
    if (action === 9) throw new Error(JSON.stringify(error));
    return action === (channel === undefined ? CONNECTED : ATTACHED);
  };
  const early: Buffer[] = [];
  let socket: RawSocket | undefined;
  let hear: (payload: Buffer) => void = (payload) => early.push(Buffer.from(payload));
  const opened = await RawSocket.open(port, path, (payload) => hear(payload));
  socket = opened;
  if (carrier === "floor" && channel === undefined) return opened;
  await new Promise<void>((resolve, reject) => {
    opened.onEnd = () => reject(new Error("the server closed the connection"));
    hear = (payload) => {
      if (isReady(payload)) resolve();
    };
    if (carrier === "floor") opened.write(clientFrame(SUBSCRIBE));
    for (const payload of early) hear(payload);
  });
  opened.onEnd = () => {};
  return opened;
}
