import type { App } from "../app/app.ts";
import { tokenProblem } from "../auth/authenticator.ts";
import type { Grant } from "../auth/grant.ts";
import { hits, type Revocation } from "../auth/revocations.ts";
import type { Attachment } from "../channel/attachment.ts";
import type { Channel } from "../channel/channel.ts";
import { type ErrorInfo, errorInfo } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Task } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import { detachFrom, tellDiscontinuity } from "./attach.ts";
import { Connection, type ConnectionDeps } from "./connection.ts";
import { Heartbeats } from "./heartbeats.ts";
import { leave } from "./leave.ts";
import type { Socket } from "./socket.ts";
import { cancelTokenLife, planTokenLife } from "./token-life.ts";

/** What a client asked for when it connected. */
export interface ConnectParams {
  readonly format: Format;
  readonly echo: boolean;
  readonly heartbeats: boolean;
  readonly heartbeatMs: number;
  readonly remainPresentMs: number;
}

/** WebSocket close codes. */
const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, tryAgain: 1013 } as const;
const KEY_BYTES = 12;

/** The connections of one app, with a socket or waiting for one: how each begins, is lost, comes back and ends. */
export class Connections {
  readonly #app: App;
  readonly #byId = new Map<string, Connection>();
  readonly #deps: ConnectionDeps;
  readonly #heartbeats: Heartbeats;

  constructor(app: App) {
    this.#app = app;
    this.#deps = {
      turn: app.deps.turn,
      outboundRate: app.limits.outboundRate,
      outboxBytes: app.limits.outboxBytes,
      slow: (connection) => this.#closeSlow(connection),
      missed: (connection, attachment) => this.#planReattach(connection, attachment),
    };
    this.#heartbeats = new Heartbeats(app.deps.schedule, { [Symbol.iterator]: () => this.#byId.values() });
  }

  get size(): number {
    return this.#byId.size;
  }

  /** How many have a socket. */
  get connected(): number {
    let count = 0;
    for (const { socket } of this.#byId.values()) if (socket !== undefined) count++;
    return count;
  }

  find(connectionId: string): Connection | undefined {
    return this.#byId.get(connectionId);
  }

  /** Finds the connection that a connection key was given to. */
  findByKey(key: string): Connection | undefined {
    const connection = this.#byId.get(key.slice(0, Math.max(0, key.indexOf("!"))));
    if (connection === undefined || connection.key === key) return connection;
    const given = connection.handedOver && connection.socket !== undefined;
    return connection.formerKey === key && !given ? connection : undefined;
  }

  /** Makes a connection; it has no socket yet. */
  create(grant: Grant): Connection {
    const connectionId = newId(this.#app.deps.random);
    const connection = new Connection(connectionId, this.#newKey(connectionId), grant, this.#deps);
    this.#byId.set(connectionId, connection);
    return connection;
  }

  /**
   * Gives a connection that came back another key (RTN15e). The one it came with, `former`, stays good until it comes
   * back with the new one, because the answer may get lost. Handed over to another client, it is good only if that one
   * is lost without having been heard: whoever had the connection before cannot take it back.
   */
  rekey(connection: Connection, former: string, handedOver: boolean): void {
    connection.formerKey = former;
    connection.handedOver = handedOver;
    connection.key = this.#newKey(connection.connectionId);
  }

  /** Gives a connection its socket, new or after a loss, and tells the client. */
  connect(connection: Connection, socket: Socket, params: ConnectParams, error?: ErrorInfo): void {
    const old = connection.socket;
    if (old !== undefined) {
      this.#hold(connection);
      connection.discard();
      this.#hangUp(old, CLOSE.policy, "replaced by a newer socket");
    }
    this.#cancel(connection.endTask);
    connection.endTask = undefined;
    this.#planLeave(connection, () => this.#leaveHeld(connection, true));
    connection.format = params.format;
    connection.echo = params.echo;
    connection.heartbeats = params.heartbeats;
    connection.heartbeatMs = params.heartbeatMs;
    connection.remainPresentMs = params.remainPresentMs;
    connection.socket = socket;
    this.#heartbeats.start(connection);
    this.#tellConnected(connection, error);
    connection.flush();
  }

  /** Takes another grant for an open connection. */
  renew(connection: Connection, grant: Grant): void {
    connection.grant = grant;
    this.#tellConnected(connection);
  }

  /** The socket is gone without a word: the connection may come back for a while. */
  lost(connection: Connection, socket: Socket): void {
    if (connection.socket !== socket) return;
    connection.socket = undefined;
    connection.discard();
    this.#hold(connection);
    const { schedule } = this.#app.deps;
    cancelTokenLife(schedule, connection);
    this.#planLeave(connection, () => this.#leaveHeld(connection, false));
    connection.endTask = schedule.add(this.#app.now() + this.#app.limits.sessionTtlMs, () => this.end(connection));
  }

  /** The end of a connection: it leaves everything at once. */
  end(connection: Connection): void {
    if (!connection.open) return;
    connection.open = false;
    connection.socket = undefined;
    this.#byId.delete(connection.connectionId);
    cancelTokenLife(this.#app.deps.schedule, connection);
    this.#cancel(connection.leaveTask);
    this.#cancel(connection.endTask);
    for (const held of [...connection.attachments.values()]) {
      leave(this.#app, connection, held.channel);
      detachFrom(connection, held);
    }
    this.#leaveHeld(connection, true);
  }

  /** Says goodbye for good: the client asked for it. */
  close(connection: Connection): void {
    connection.sendLast({ action: ACTION.closed });
    this.#hangUp(connection.socket, CLOSE.normal, "closed");
    this.end(connection);
  }

  /** Ends a connection that did something unforgivable. */
  fail(connection: Connection, error: ErrorInfo): void {
    connection.sendLast({ action: ACTION.error, error });
    this.#hangUp(connection.socket, CLOSE.policy, String(error.code));
    this.end(connection);
  }

  /** The client leaves its socket and may come back. */
  depart(connection: Connection): void {
    const { socket } = connection;
    if (socket === undefined) return;
    connection.flush();
    this.#hangUp(socket, CLOSE.normal, "disconnected");
    this.lost(connection, socket);
  }

  /** Sends the client away; it may come back and resume. */
  disconnect(connection: Connection, error?: ErrorInfo): void {
    const { socket } = connection;
    if (socket === undefined) return;
    connection.sendLast({ action: ACTION.disconnected, ...(error !== undefined && { error }) });
    this.#hangUp(socket, error === undefined ? CLOSE.goingAway : CLOSE.policy, String(error?.code ?? ""));
    this.lost(connection, socket);
  }

  /** Prompts those whom a revocation will hit, while there is time to renew. */
  announceRevocation(revocation: Revocation): void {
    if (revocation.appliesAt <= this.#app.now()) return;
    for (const connection of this.#byId.values()) {
      if (connection.socket !== undefined && hits(revocation, connection.grant)) {
        connection.send({ action: ACTION.auth });
      }
    }
  }

  /** Sends away those whose token is revoked by now. */
  endRevoked(): void {
    for (const connection of [...this.#byId.values()]) {
      const problem = tokenProblem(this.#app, connection.grant, this.#app.now());
      if (problem !== undefined) this.disconnect(connection, problem.error);
    }
  }

  /** Sends everybody away: the app or the broker closes. */
  shutDown(): void {
    for (const connection of [...this.#byId.values()]) {
      this.disconnect(connection);
      this.end(connection);
    }
  }

  /** Sends CONNECTED, the first or after a renewal, and plans for the end of the token. */
  #tellConnected(connection: Connection, error?: ErrorInfo): void {
    connection.send({
      action: ACTION.connected,
      connectionId: connection.connectionId,
      connectionDetails: this.#details(connection),
      ...(error !== undefined && { error }),
    });
    planTokenLife(this.#app.deps.schedule, connection, (late, reason) => this.disconnect(late, reason));
  }

  #details(connection: Connection): object {
    const { limits } = this.#app;
    const details = {
      connectionKey: connection.key,
      maxMessageSize: limits.messageBytes,
      maxFrameSize: limits.frameBytes,
      maxInboundRate: limits.inboundRate,
      maxOutboundRate: limits.outboundRate,
      connectionStateTtl: limits.sessionTtlMs,
      maxIdleInterval: connection.heartbeatMs,
      serverId: "asterism",
      siteCode: "local",
    };
    const { identity } = connection.grant;
    if (identity.kind === "anonymous") return details;
    return { clientId: identity.kind === "wildcard" ? "*" : identity.clientId, ...details };
  }

  /** Takes the attachments away but keeps their channels, with what will be missed. */
  #hold(connection: Connection): void {
    const holds = connection.holds ?? new Map<Channel, () => void>();
    connection.holds = holds;
    for (const held of [...connection.attachments.values()]) {
      if (!holds.has(held.channel)) holds.set(held.channel, held.channel.hold());
      detachFrom(connection, held);
    }
    for (const channel of holds.keys()) {
      if (holds.size <= this.#app.limits.channelsPerConnection) break;
      leave(this.#app, connection, channel);
      connection.release(channel);
    }
  }

  /** A lost connection stays present for a while, and so does one that is back but not yet on its channels. */
  #planLeave(connection: Connection, run: () => void): void {
    this.#cancel(connection.leaveTask);
    connection.leaveTask = undefined;
    if (connection.holds === undefined || connection.holds.size === 0) return;
    connection.leaveTask = this.#app.deps.schedule.add(this.#app.now() + connection.remainPresentMs, run);
  }

  /** Takes a connection off the channels that it did not come back to; `forGood`: it does not want them any more. */
  #leaveHeld(connection: Connection, forGood: boolean): void {
    connection.leaveTask = undefined;
    for (const channel of [...(connection.holds?.keys() ?? [])]) {
      leave(this.#app, connection, channel);
      if (forGood) connection.release(channel);
    }
  }

  #cancel(task: Task | undefined): void {
    if (task !== undefined) this.#app.deps.schedule.cancel(task);
  }

  #newKey(connectionId: string): string {
    return `${connectionId}!${newId(this.#app.deps.random, KEY_BYTES)}`;
  }

  /** Begins the closing handshake, and does not wait for ever for its end. */
  #hangUp(socket: Socket | undefined, code: number, reason: string, graceMs = this.#app.limits.closingMs): void {
    if (socket === undefined) return;
    socket.close(code, reason);
    const task = this.#app.deps.schedule.add(this.#app.now() + graceMs, () => socket.destroy());
    socket.onceClosed(() => this.#cancel(task));
  }

  /** Tells the client with the next second that it missed something on this channel. */
  #planReattach(connection: Connection, attachment: Attachment): void {
    const { schedule, log } = this.#app.deps;
    log.warn("connection.missed", { app: this.#app.appId, connection: connection.connectionId });
    schedule.add(Math.floor(this.#app.now() / 1000 + 1) * 1000, () => {
      const held = connection.attachments.get(attachment.name);
      if (held?.attachment === attachment) tellDiscontinuity(connection, held);
    });
  }

  #closeSlow(connection: Connection): void {
    const { socket } = connection;
    if (socket === undefined) return;
    this.#app.deps.log.warn("connection.slow", { app: this.#app.appId, connection: connection.connectionId });
    const error = errorInfo(80020, "unable to stay connected; the client reads too slowly");
    socket.write(frameOf(connection.format, { action: ACTION.disconnected, error }));
    this.#hangUp(socket, CLOSE.tryAgain, String(error.code), this.#app.limits.slowReaderMs);
    this.lost(connection, socket);
  }
}
