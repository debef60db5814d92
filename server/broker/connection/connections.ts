import type { App } from "../app/app.ts";
import { tokenProblem } from "../auth/authenticator.ts";
import type { Grant } from "../auth/grant.ts";
import { hits, type Revocation } from "../auth/revocations.ts";
import type { Attachment } from "../channel/attachment.ts";
import { type ErrorInfo, errorInfo } from "../errors.ts";
import { newId } from "../ids.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import { detachFrom, tellDiscontinuity } from "./attach.ts";
import { Connection, type ConnectionDeps, type ConnectionTasks } from "./connection.ts";
import { leave } from "./leave.ts";
import type { Socket } from "./socket.ts";

/** What a client asked for when it connected. */
export interface ConnectParams {
  readonly format: Format;
  readonly echo: boolean;
  readonly heartbeats: boolean;
  readonly heartbeatMs: number;
  readonly remainPresentMs: number;
}

const HEARTBEAT: Readonly<Record<Format, Buffer>> = {
  json: frameOf("json", { action: ACTION.heartbeat }),
  msgpack: frameOf("msgpack", { action: ACTION.heartbeat }),
};

/** The client is prompted this long before its token expires; at half of its life when the token is a short one. */
const RENEWAL_MS = 30_000;
const SHORTEST_FULL_MS = 33_000;
const SHORTEST_RENEWAL_MS = 5500;
/** WebSocket close codes. */
const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, tryAgain: 1013 } as const;

/** The connections of one app, with a socket or waiting for one, and what happens to them in time. */
export class Connections {
  readonly #app: App;
  readonly #byId = new Map<string, Connection>();
  readonly #deps: ConnectionDeps;

  constructor(app: App) {
    this.#app = app;
    this.#deps = {
      turn: app.deps.turn,
      outboundRate: app.limits.outboundRate,
      outboxBytes: app.limits.outboxBytes,
      slow: (connection) => this.#closeSlow(connection),
      missed: (connection, attachment) => this.#planReattach(connection, attachment),
    };
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<Connection> {
    return this.#byId.values();
  }

  find(connectionId: string): Connection | undefined {
    return this.#byId.get(connectionId);
  }

  /** Finds the connection that a connection key was given to. */
  findByKey(key: string): Connection | undefined {
    const connection = this.#byId.get(key.slice(0, Math.max(0, key.indexOf("!"))));
    return connection?.key === key ? connection : undefined;
  }

  /** Makes a connection; it has no socket yet. */
  create(grant: Grant): Connection {
    const { random } = this.#app.deps;
    const connectionId = newId(random);
    const connection = new Connection({ connectionId, key: `${connectionId}!${newId(random, 12)}`, grant }, this.#deps);
    this.#byId.set(connectionId, connection);
    return connection;
  }

  /** Gives a connection another key, so that whoever had it before cannot take it back. */
  rekey(connection: Connection): void {
    connection.key = `${connection.connectionId}!${newId(this.#app.deps.random, 12)}`;
  }

  /** Gives a connection its socket, new or after a loss, and tells the client. */
  connect(connection: Connection, socket: Socket, params: ConnectParams, error?: ErrorInfo): void {
    const old = connection.socket;
    connection.socket = undefined;
    if (old !== undefined) {
      this.#holdAll(connection);
      connection.discard();
      this.#hangUp(old, CLOSE.policy, "replaced by a newer socket");
    }
    this.#cancel(connection, "leave", "end");
    Object.assign(connection, params);
    connection.socket = socket;
    connection.heard = true;
    connection.active = true;
    this.#planHeartbeat(connection);
    this.tellConnected(connection, error);
  }

  /** Sends CONNECTED, the first or after a renewal, and plans for the end of the token. */
  tellConnected(connection: Connection, error?: ErrorInfo): void {
    const { limits } = this.#app;
    const clientId = connection.grant.identity.kind === "wildcard" ? "*" : connection.clientId;
    connection.send({
      action: ACTION.connected,
      connectionId: connection.connectionId,
      connectionDetails: {
        ...(clientId !== undefined && { clientId }),
        connectionKey: connection.key,
        maxMessageSize: limits.messageBytes,
        maxFrameSize: limits.frameBytes,
        maxInboundRate: limits.inboundRate,
        maxOutboundRate: limits.outboundRate,
        connectionStateTtl: limits.sessionTtlMs,
        maxIdleInterval: connection.heartbeatMs,
        serverId: "asterism",
        siteCode: "local",
      },
      ...(error !== undefined && { error }),
    });
    this.#planRenewal(connection);
  }

  /** The socket is gone without a word: the connection may come back for a while. */
  lost(connection: Connection, socket: Socket): void {
    if (connection.socket !== socket) return;
    connection.socket = undefined;
    connection.discard();
    this.#cancel(connection, "heartbeat", "token");
    this.#holdAll(connection);
    const { schedule } = this.#app.deps;
    const now = this.#app.now();
    if (connection.presentOn.size > 0) {
      connection.tasks.leave = schedule.add(now + connection.remainPresentMs, () => this.#leaveAll(connection));
    }
    connection.tasks.end = schedule.add(now + this.#app.limits.sessionTtlMs, () => this.end(connection));
  }

  /** The end of a connection: it leaves everything at once. */
  end(connection: Connection): void {
    if (!connection.open) return;
    connection.open = false;
    connection.socket = undefined;
    this.#byId.delete(connection.connectionId);
    this.#cancel(connection, "heartbeat", "token", "leave", "end");
    this.#leaveAll(connection);
    this.#detachAll(connection);
    this.#release(connection);
  }

  /** Lets go of the channels that were held for a connection that was lost. */
  #release(connection: Connection): void {
    for (const release of connection.holds.splice(0)) release();
  }

  /** Says goodbye for good: the client asked for it. */
  close(connection: Connection): void {
    connection.send({ action: ACTION.closed });
    connection.flush();
    this.#hangUp(connection.socket, CLOSE.normal, "closed");
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

  /** Ends a connection that did something unforgivable. */
  fail(connection: Connection, error: ErrorInfo): void {
    connection.send({ action: ACTION.error, error });
    connection.flush();
    this.#hangUp(connection.socket, CLOSE.policy, String(error.code));
    this.end(connection);
  }

  /** Sends the client away; it may come back and resume. */
  disconnect(connection: Connection, error?: ErrorInfo): void {
    const { socket } = connection;
    if (socket === undefined) return;
    connection.send({ action: ACTION.disconnected, ...(error !== undefined && { error }) });
    connection.flush();
    this.#hangUp(socket, error === undefined ? CLOSE.goingAway : CLOSE.policy, String(error?.code ?? ""));
    this.lost(connection, socket);
  }

  /** Takes another grant for an open connection: what it may no longer do ends. */
  renew(connection: Connection, grant: Grant): void {
    connection.grant = grant;
    this.tellConnected(connection);
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

  /** Begins the closing handshake, and does not wait for ever for its end. */
  #hangUp(socket: Socket | undefined, code: number, reason: string, graceMs = this.#app.limits.closingMs): void {
    if (socket === undefined) return;
    socket.close(code, reason);
    const task = this.#app.deps.schedule.add(this.#app.now() + graceMs, () => socket.destroy());
    socket.onceClosed(() => this.#app.deps.schedule.cancel(task));
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

  /** Takes the attachments away but keeps their channels, with what will be missed. */
  #holdAll(connection: Connection): void {
    for (const { channel } of connection.attachments.values()) connection.holds.push(channel.hold());
    this.#detachAll(connection);
  }

  #detachAll(connection: Connection): void {
    for (const held of [...connection.attachments.values()]) detachFrom(connection, held);
  }

  #leaveAll(connection: Connection): void {
    delete connection.tasks.leave;
    for (const channel of [...connection.presentOn]) leave(this.#app, connection, channel);
  }

  #cancel(connection: Connection, ...names: (keyof ConnectionTasks)[]): void {
    for (const name of names) {
      const task = connection.tasks[name];
      if (task !== undefined) this.#app.deps.schedule.cancel(task);
      delete connection.tasks[name];
    }
  }

  /** Looks twice an interval, so that the silence stays below one. */
  #planHeartbeat(connection: Connection): void {
    this.#cancel(connection, "heartbeat");
    let unheard = 0;
    const look = () => {
      const { socket } = connection;
      if (socket === undefined) return;
      unheard = connection.heard ? 0 : unheard + 1;
      connection.heard = false;
      if (unheard > SILENT_LOOKS) {
        socket.destroy();
        return;
      }
      if (!connection.active) {
        if (connection.heartbeats) connection.deliver(HEARTBEAT[connection.format]);
        socket.ping();
      }
      connection.active = false;
      plan();
    };
    const plan = () => {
      const at = this.#app.now() + connection.heartbeatMs / 2;
      connection.tasks.heartbeat = this.#app.deps.schedule.add(at, look);
    };
    plan();
  }

  #planRenewal(connection: Connection): void {
    this.#cancel(connection, "token");
    const { token } = connection.grant;
    if (token === undefined) return;
    const { schedule } = this.#app.deps;
    const expire = () => {
      this.disconnect(connection, errorInfo(40142, "unable to stay connected; the token has expired"));
    };
    const planExpiry = () => {
      connection.tasks.token = schedule.add(token.expires, expire);
    };
    const left = token.expires - this.#app.now();
    if (left < SHORTEST_RENEWAL_MS) {
      planExpiry();
      return;
    }
    const lead = left > SHORTEST_FULL_MS ? RENEWAL_MS : left / 2;
    connection.tasks.token = schedule.add(token.expires - lead, () => {
      connection.send({ action: ACTION.auth });
      planExpiry();
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

/** Looks without a sign of life after which a peer counts as gone: a minute at the usual interval. */
const SILENT_LOOKS = 8;
