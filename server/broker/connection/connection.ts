import { clientIdOf, type Grant } from "../auth/grant.ts";
import type { Attachment, Subscriber } from "../channel/attachment.ts";
import type { Channel } from "../channel/channel.ts";
import type { ErrorInfo } from "../errors.ts";
import { Departures } from "../presence/departures.ts";
import { Rate } from "../rate.ts";
import type { Task } from "../schedule.ts";
import type { Flushable, Turn } from "../turn.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import type { Socket } from "./socket.ts";

/**
 * One connection of the protocol: what lasts while sockets come and go. It gathers what is to be sent during a turn
 * and writes it at the end of it.
 */
export class Connection implements Subscriber, Flushable {
  readonly connectionId: string;
  key: string;
  grant: Grant;
  /** By the name that the client attached by. */
  readonly attachments = new Map<string, Held>();
  /** Channels that are kept for a connection until it comes back to them; how to let go of each. */
  holds: Map<Channel, () => void> | undefined;
  /** The key before this one, while it is still good. */
  formerKey: string | undefined;
  /** Whether it was another client that came back with that key. */
  handedOver = false;
  socket: Socket | undefined;
  format: Format = "json";
  echo = true;
  /** Whether the client cannot see pings and wants heartbeats as protocol messages. */
  heartbeats = true;
  heartbeatMs = 0;
  remainPresentMs = 0;
  /** False once it has left everything. */
  open = true;
  /** Whether anything was written since the last look; see heartbeats.ts. */
  active = false;
  sweepsToLook = 0;
  looksUnheard = 0;
  /** What is planned for this connection; whoever plans, cancels. */
  tokenTask: Task | undefined;
  leaveTask: Task | undefined;
  endTask: Task | undefined;
  readonly frames = new Rate();
  #departures: Departures | undefined;
  #inbound: Rate | undefined;
  readonly #deps: ConnectionDeps;
  #second = 0;
  #sent = 0;
  #pending: Buffer | Buffer[] | undefined;
  #acks: PendingAcks | undefined;
  #dirty = false;

  constructor(connectionId: string, key: string, grant: Grant, deps: ConnectionDeps) {
    this.connectionId = connectionId;
    this.key = key;
    this.grant = grant;
    this.#deps = deps;
  }

  get clientId(): string | undefined {
    return clientIdOf(this.grant.identity);
  }

  /** Lets go of a channel that was kept: the connection came back to it, or does not want it. */
  release(channel: Channel): void {
    this.holds?.get(channel)?.();
    this.holds?.delete(channel);
  }

  /** Members that the client took off itself. */
  get departures(): Departures {
    this.#departures ??= new Departures();
    return this.#departures;
  }

  /** Publishes of this second. */
  get inbound(): Rate {
    this.#inbound ??= new Rate();
    return this.#inbound;
  }

  /** Sends one protocol message at the end of the turn. */
  send(frame: object): void {
    this.deliver(frameOf(this.format, frame));
  }

  /** Sends what is the last word on this socket, after everything that is still to be said. */
  sendLast(frame: object): void {
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

  offer(frames: Buffer, count: number, now: number, alone: boolean): boolean {
    if (this.#sentInSecond(now, count) > this.#deps.outboundRate) return false;
    if (alone && !this.#dirty && this.socket !== undefined) this.#write(this.socket, frames);
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
    if (pending !== undefined && this.socket !== undefined) this.#write(this.socket, pending);
  }

  /** Forgets what was gathered for a socket that is gone. */
  discard(): void {
    this.#pending = undefined;
    this.#acks = undefined;
  }

  #write(socket: Socket, frames: Buffer | readonly Buffer[]): void {
    // What waits now was written in earlier turns: the peer had its time.
    if (socket.congested && socket.waiting > this.#deps.outboxBytes) {
      this.#deps.slow(this);
      return;
    }
    this.active = true;
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

/** An attachment with the channel that it is to. */
export interface Held {
  readonly attachment: Attachment;
  readonly channel: Channel;
}

/** The same for all connections of an app. */
export interface ConnectionDeps {
  readonly turn: Turn;
  readonly outboundRate: number;
  readonly outboxBytes: number;
  /** The peer does not read as fast as it is written to. */
  readonly slow: (connection: Connection) => void;
  /** More happened on a channel than this connection may be told. */
  readonly missed: (connection: Connection, attachment: Attachment) => void;
}

interface PendingAcks {
  readonly first: number;
  readonly res: { readonly serials: readonly (string | null)[] }[];
}
