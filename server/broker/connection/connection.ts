/** A connection of the protocol: what lasts while sockets come and go, and what is to be written to the socket. */
import { clientIdOf, type Grant } from "../auth/grant.ts";
import type { Attachment, Moment, Subscriber } from "../channel/attachment.ts";
import type { Channel } from "../channel/channel.ts";
import { type ErrorInfo, notKept } from "../errors.ts";
import { Departures } from "../presence/departures.ts";
import { Rate, Rates } from "../rate.ts";
import type { Schedule, Task } from "../schedule.ts";
import type { Answerable, Turn } from "../turn.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import { Attachments } from "./attachments.ts";
import type { ConnectParams, LatestParams } from "./connect-params.ts";
import { Holds } from "./holds.ts";
import type { ConnectionKeys } from "./keys.ts";
import { Pulse } from "./pulse.ts";
import type { Socket } from "./socket.ts";

/** Where a connection comes from. */
export interface Origin {
  /** The account that it counts towards; see auth/account.ts. */
  readonly account: string | undefined;
  readonly address: string;
}

/** Whose a connection is. */
interface ConnectionIdentity {
  readonly keys: ConnectionKeys;
  readonly origin: Origin;
  readonly grant: Grant;
}

/** Gathers what is to be sent during a turn and writes it at the end of it. */
export class Connection implements Subscriber, Answerable {
  readonly connectionId: string;
  readonly keys: ConnectionKeys;
  /** On whose account it counts. */
  readonly origin: Origin;
  /** By the name that the client attached by; attach.ts keeps it. */
  readonly attachments = new Attachments();
  readonly pulse = new Pulse();
  readonly #deps: ConnectionDeps;
  #grant: Grant;
  #params: ConnectParams = UNCONNECTED;
  #socket: Socket | undefined;
  #isOver = false;
  #plans: Plans | undefined;
  #holds: Holds | undefined;
  #departures: Departures | undefined;
  #inbound: Rate | undefined;
  #attempts: Rate | undefined;
  #onChannels: Rates | undefined;
  readonly #frames = new Rate();
  #second = 0;
  #sent = 0;
  #pending: Buffer | Buffer[] | undefined;
  #acks: PendingAcks | undefined;
  #dirty = false;

  constructor({ keys, origin, grant }: ConnectionIdentity, deps: ConnectionDeps) {
    this.connectionId = keys.connectionId;
    this.keys = keys;
    this.origin = origin;
    this.#grant = grant;
    this.#deps = deps;
  }

  get account(): string | undefined {
    return this.origin.account;
  }

  get grant(): Grant {
    return this.#grant;
  }

  get clientId(): string | undefined {
    return clientIdOf(this.#grant.identity);
  }

  get params(): ConnectParams {
    return this.#params;
  }

  get format(): Format {
    return this.#params.format;
  }

  /** The socket, while there is one. */
  get socket(): Socket | undefined {
    return this.#socket;
  }

  /** The channels that are kept for it. */
  get holds(): Omit<Holds, "keep"> {
    return this.#holds ?? NO_HOLDS;
  }

  /** Has a channel kept although the connection may not be attached to it. */
  keep(channel: Channel): void {
    this.#holds ??= new Holds();
    this.#holds.keep(channel);
  }

  /** Has `run` run at `at`, in place of what was planned under this name. */
  plan(name: keyof Plans, at: number, run: () => void): void {
    this.callOff(name);
    this.#plans ??= { tokenLife: undefined, leaving: undefined, ending: undefined };
    const plans = this.#plans;
    plans[name] = this.#deps.schedule.add(at, () => {
      plans[name] = undefined;
      run();
    });
  }

  /** Calls off what was planned under this name. */
  callOff(name: keyof Plans): void {
    const task = this.#plans?.[name];
    if (this.#plans === undefined || task === undefined) return;
    this.#deps.schedule.cancel(task);
    this.#plans[name] = undefined;
  }

  /** Members that the client took off itself. */
  get departures(): Departures {
    this.#departures ??= new Departures();
    return this.#departures;
  }

  /** Messages of this second. */
  get inbound(): Rate {
    this.#inbound ??= new Rate();
    return this.#inbound;
  }

  /** Publishes of this second, with those that were refused. */
  get attempts(): Rate {
    this.#attempts ??= new Rate();
    return this.#attempts;
  }

  /** Messages of this second by channel, for those whose token limits them. */
  get onChannels(): Rates {
    this.#onChannels ??= new Rates();
    return this.#onChannels;
  }

  /** Frames of this second. */
  get frames(): Rate {
    return this.#frames;
  }

  /** Takes another grant: the client renewed its token, or came back with another one. */
  regrant(grant: Grant): void {
    this.#grant = grant;
  }

  /** Takes a socket, the first or another one. */
  plugIn(socket: Socket, params: ConnectParams): void {
    this.#socket = socket;
    this.#params = this.#deps.params.shared(params);
  }

  /** Gives up the socket, and what was gathered for it. */
  unplug(): void {
    this.#socket = undefined;
    this.#pending = undefined;
    this.#acks = undefined;
  }

  /** Ends the connection; answers false when it had ended before. */
  end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#socket = undefined;
    return true;
  }

  /** Sends one protocol message at the end of the turn. */
  send(frame: object): void {
    this.deliver(frameOf(this.format, frame));
  }

  /**
   * Sends the last frame on this socket, after everything that waits to be sent. Only confirmations of what is not
   * stored yet are left out: the client asks for those again.
   */
  sendLast(frame: object): void {
    if (this.#deps.turn.isUncommitted) this.#acks = undefined;
    this.#writeAcks();
    this.send(frame);
    this.flush();
  }

  deliver(frames: Buffer): void {
    if (this.#pending === undefined) this.#pending = frames;
    else if (Array.isArray(this.#pending)) this.#pending.push(frames);
    else this.#pending = [this.#pending, frames];
    this.#mark();
  }

  offer(frames: Buffer, count: number, { now, alone }: Moment): boolean {
    if (this.#sentInSecond(now, count) > this.#deps.outboundRate) return false;
    if (alone && !this.#dirty && this.#socket !== undefined) this.#write(this.#socket, frames);
    else this.deliver(frames);
    return true;
  }

  missed(attachment: Attachment): void {
    this.#deps.missed(this, attachment);
  }

  /** Confirms one publish; confirmations of a turn are told together. */
  ack(msgSerial: number, serials: readonly (string | null)[]): void {
    if (this.#acks !== undefined && this.#acks.first + this.#acks.res.length !== msgSerial) this.#writeAcks();
    this.#acks ??= { first: msgSerial, res: [] };
    this.#acks.res.push({ serials });
    this.#mark();
  }

  /** Refuses one publish. */
  nack(msgSerial: number, error: ErrorInfo): void {
    this.#writeAcks();
    this.send({ action: ACTION.nack, msgSerial, count: 1, error });
  }

  /** Writes what was gathered. */
  flush(): void {
    this.#writeAcks();
    this.#dirty = false;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined && this.#socket !== undefined) this.#write(this.#socket, pending);
  }

  /** Refuses the publishes that were to be confirmed. */
  refuse(): void {
    const acks = this.#acks;
    this.#dirty = false;
    this.#acks = undefined;
    if (this.#pending !== undefined) {
      // Some of it may tell of what was never stored, so nothing of it is sent: the client asks again.
      this.#pending = undefined;
      this.#deps.untold(this);
      return;
    }
    const { error } = notKept("publish");
    for (const [at, { serials }] of acks?.res.entries() ?? []) {
      const msgSerial = (acks?.first ?? 0) + at;
      const isPresence = serials.length === 0; // presence has no serial, and members are not stored
      if (isPresence) this.ack(msgSerial, serials);
      else this.nack(msgSerial, error);
    }
  }

  #write(socket: Socket, frames: Buffer | readonly Buffer[]): void {
    // What waits now was written in earlier turns: the peer had its time.
    if (socket.congested && socket.waiting > this.#deps.outboxBytes) {
      this.#deps.slow(this);
      return;
    }
    this.pulse.wrote();
    socket.write(frames);
  }

  #sentInSecond(now: number, count: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#sent = 0;
    }
    this.#sent += count;
    return this.#sent;
  }

  #mark(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#deps.turn.connection(this);
  }

  #writeAcks(): void {
    const acks = this.#acks;
    if (acks === undefined) return;
    this.#acks = undefined;
    this.send({ action: ACTION.ack, msgSerial: acks.first, count: acks.res.length, res: acks.res });
  }
}

/** What all connections of an app have in common. */
export interface ConnectionDeps {
  readonly turn: Turn;
  readonly schedule: Schedule;
  readonly params: LatestParams;
  readonly outboundRate: number;
  readonly outboxBytes: number;
  /** The peer does not read as fast as it is written to. */
  readonly slow: (connection: Connection) => void;
  /** What was to be sent cannot be sent any more. */
  readonly untold: (connection: Connection) => void;
  /** More happened on a channel than this connection may be told. */
  readonly missed: (connection: Connection, attachment: Attachment) => void;
}

/** The parameters of a connection that has not had a socket. */
const UNCONNECTED: ConnectParams = { format: "json", echo: true, heartbeats: true, heartbeatMs: 0, remainPresentMs: 0 };

const NO_HOLDS = new Holds();

/** What is to happen to a connection later. */
interface Plans {
  /** When the token is to be renewed, or ends. */
  tokenLife: Task | undefined;
  /** When a lost connection leaves the channels that are kept for it. */
  leaving: Task | undefined;
  /** When a lost connection ends. */
  ending: Task | undefined;
}

interface PendingAcks {
  readonly first: number;
  readonly res: { readonly serials: readonly (string | null)[] }[];
}
