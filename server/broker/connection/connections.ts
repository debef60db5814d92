/** The connections of one app, with a socket or waiting for one: how each begins, is lost, comes back and ends. */
import { tokenProblem } from "../auth/authenticator.ts";
import type { Grant } from "../auth/grant.ts";
import { hits, type Revocation } from "../auth/revocations.ts";
import type { Attachment } from "../channel/attachment.ts";
import { type ErrorInfo, errorInfo, ok, type Refusal, type Result, refuse } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import { ACTION } from "../wire/actions.ts";
import { frameOf } from "../wire/codec.ts";
import { keepChannels, leaveKept, planLeave } from "./absence.ts";
import { detachFrom } from "./attach.ts";
import { tellDiscontinuity } from "./attached.ts";
import { Census } from "./census.ts";
import { type ConnectParams, LatestParams } from "./connect-params.ts";
import { Connection, type ConnectionDeps, type Origin } from "./connection.ts";
import { greet } from "./greeting.ts";
import { CLOSE, hangUp } from "./hang-up.ts";
import { Heartbeats } from "./heartbeats.ts";
import type { Home } from "./home.ts";
import { ConnectionKeys } from "./keys.ts";
import { leave } from "./leave.ts";
import type { Socket } from "./socket.ts";
import { planTokenLife } from "./token-life.ts";

/** What a connection gets when a client arrives. */
interface Link {
  readonly socket: Socket;
  readonly params: ConnectParams;
  /** Why the connection is another one than the client asked for. */
  readonly error: ErrorInfo | undefined;
}

export class Connections {
  readonly #app: Home;
  readonly #byId = new Map<string, Connection>();
  readonly #census = new Census();
  readonly #deps: ConnectionDeps;
  readonly #heartbeats: Heartbeats;
  #isShutDown = false;

  constructor(app: Home) {
    this.#app = app;
    this.#deps = {
      turn: app.deps.turn,
      schedule: app.deps.schedule,
      params: new LatestParams(),
      outboundRate: app.limits.outboundRate,
      outboxBytes: app.limits.outboxBytes,
      slow: (connection) => this.#closeSlow(connection),
      untold: (connection) => this.disconnect(connection, errorInfo(80003, "unable to go on; please come back")),
      missed: (connection, attachment) => this.#planReattach(connection, attachment),
    };
    this.#heartbeats = new Heartbeats(app.deps.schedule, { [Symbol.iterator]: () => this.#byId.values() });
  }

  get size(): number {
    return this.#byId.size;
  }

  /** How many connections have a socket. */
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
    return connection?.keys.fits(key, connection.socket !== undefined) === true ? connection : undefined;
  }

  /** Makes a connection, if there is room for another; it has no socket yet. */
  create(grant: Grant, origin: Origin): Result<Connection> {
    const refusal = this.#refuse(origin);
    if (refusal !== undefined) return refusal;
    const keys = new ConnectionKeys(this.#app.deps.random);
    const connection = new Connection({ keys, origin, grant }, this.#deps);
    this.#byId.set(connection.connectionId, connection);
    this.#census.add(origin);
    this.#keep(connection, true);
    this.#app.connectionEvent(connection, true);
    return ok(connection);
  }

  /** Takes up connections of a broker before this one, which was there until then: all of them are lost. */
  restore(kept: ReadonlyMap<string, ConnectionRecord>, aliveUntil: number): void {
    const { deps, limits } = this.#app;
    const endsAt = aliveUntil + limits.sessionTtlMs;
    for (const [connectionId, { keys, keyId, identity, origin }] of kept) {
      if (endsAt <= this.#app.now()) {
        this.#app.journal?.connectionGone(connectionId);
        continue;
      }
      const { account, address } = origin;
      const grant = { keyId, identity, capability: new Map() };
      const own = new ConnectionKeys(deps.random, { connectionId, keys });
      const connection = new Connection({ keys: own, origin: { account, address }, grant }, this.#deps);
      this.#byId.set(connectionId, connection);
      this.#census.add(connection.origin);
      connection.plan("ending", endsAt, () => this.end(connection));
    }
  }

  /** Keeps what a client needs to come back after a restart of the broker. */
  #keep({ connectionId, keys, grant, origin }: Connection, isNew: boolean): void {
    const { journal } = this.#app;
    if (journal === undefined) return;
    const { keyId, identity } = grant;
    const { account, address } = origin;
    const record = { keys: keys.kept, keyId, identity, origin: { address, ...(account !== undefined && { account }) } };
    journal.connection(connectionId, record, isNew);
  }

  /** Why there is no room for one more connection from `origin`. Lost connections give way, the oldest first. */
  #refuse(origin: Origin): Refusal | undefined {
    const { limits, quotas } = this.#app;
    const { account } = origin;
    if (account !== undefined) {
      if (this.#census.ofClient(origin) >= limits.clientConnections && !this.#endLost(origin, isOfClient)) {
        return refuse(40111, "unable to connect; the client has too many connections");
      }
      if (this.#census.ofAddress(origin) >= limits.addressConnections && !this.#endLost(origin, isFromAddress)) {
        return refuse(40111, "unable to connect; there are too many connections from this address");
      }
    }
    if (this.#byId.size >= limits.connections && !this.#endLost(origin, isOfClient) && !this.#endLost(origin, isAny)) {
      return refuse(40111, "unable to connect; the app has too many connections");
    }
    const excess = quotas.connections.take(this.#app.now(), 1, account);
    if (excess === undefined) return undefined;
    const whose = excess === "own" ? "client" : "app";
    return refuse(80021, `unable to connect; the ${whose}'s rate of new connections is exceeded`);
  }

  /** Ends the oldest connection without a socket that gives way to one from `origin`; answers whether there was one. */
  #endLost(origin: Origin, givesWay: (other: Origin, to: Origin) => boolean): boolean {
    for (const connection of this.#byId.values()) {
      if (connection.socket !== undefined || !givesWay(connection.origin, origin)) continue;
      this.end(connection);
      return true;
    }
    return false;
  }

  /** Gives a connection back to a client that showed its `key`, with the client's grant and another key. */
  giveBack(connection: Connection, grant: Grant, { key, handedOver }: { key: string; handedOver: boolean }): void {
    connection.regrant(grant);
    connection.keys.replace(key, handedOver);
    this.#keep(connection, false);
  }

  /** Gives a connection its socket, new or after a loss, and tells the client. */
  connect(connection: Connection, { socket, params, error }: Link): void {
    const old = connection.socket;
    if (old !== undefined) {
      keepChannels(this.#app, connection);
      connection.unplug();
      this.#hangUp(old, CLOSE.policy, "replaced by a newer socket");
    }
    connection.callOff("ending");
    planLeave(this.#app, connection, true);
    connection.plugIn(socket, params);
    this.#heartbeats.start(connection);
    this.#greet(connection, error);
    // A key is good for the client to have only when a restart does not forget it.
    if (!this.#app.deps.turn.isUncommitted) connection.flush();
  }

  /** Takes another grant for an open connection. */
  renew(connection: Connection, grant: Grant): void {
    connection.regrant(grant);
    this.#greet(connection);
  }

  /** The socket is gone without a word: the connection may come back for a while. */
  lost(connection: Connection, socket: Socket): void {
    if (connection.socket !== socket) return;
    connection.unplug();
    keepChannels(this.#app, connection);
    connection.callOff("tokenLife");
    planLeave(this.#app, connection, false);
    connection.plan("ending", this.#app.now() + this.#app.limits.sessionTtlMs, () => this.end(connection));
  }

  /** Ends a connection: it leaves all its channels at once. */
  end(connection: Connection): void {
    if (!connection.end()) return;
    if (!this.#isShutDown) this.#app.journal?.connectionGone(connection.connectionId);
    this.#byId.delete(connection.connectionId);
    this.#census.remove(connection.origin);
    this.#app.connectionEvent(connection, false);
    for (const plan of ["tokenLife", "leaving", "ending"] as const) connection.callOff(plan);
    for (const held of connection.attachments.all()) {
      leave(this.#app, connection, held.channel);
      detachFrom(connection, held);
    }
    leaveKept(this.#app, connection, true);
  }

  /** Closes a connection for good: the client asked for it. */
  close(connection: Connection): void {
    connection.sendLast({ action: ACTION.closed });
    this.#hangUp(connection.socket, CLOSE.normal, "closed");
    this.end(connection);
  }

  /** Ends a connection with an error after which it cannot go on. */
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

  /** Sends everybody away: the app or the broker closes. Where there is a storage they may come back after a restart. */
  shutDown(): void {
    this.#isShutDown = true;
    for (const connection of [...this.#byId.values()]) {
      this.disconnect(connection);
      this.end(connection);
    }
  }

  /** Tells the client of its connection, the first time or after a renewal, and plans for the end of the token. */
  #greet(connection: Connection, error?: ErrorInfo): void {
    greet(this.#app, connection, error);
    planTokenLife(this.#app.deps.schedule, connection, (late, reason) => this.disconnect(late, reason));
  }

  #hangUp(socket: Socket | undefined, code: number, reason: string): void {
    const { deps, limits } = this.#app;
    if (socket !== undefined) hangUp(deps.schedule, socket, { code, reason, graceMs: limits.closingMs });
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
    const { deps, limits, appId } = this.#app;
    deps.log.warn("connection.slow", { app: appId, connection: connection.connectionId });
    const error = errorInfo(80020, "unable to stay connected; the client reads too slowly");
    socket.write(frameOf(connection.format, { action: ACTION.disconnected, error }));
    const reason = String(error.code);
    hangUp(deps.schedule, socket, { code: CLOSE.tryAgain, reason, graceMs: limits.slowReaderMs });
    this.lost(connection, socket);
  }
}

const isOfClient = (one: Origin, other: Origin): boolean => one.account === other.account;
const isFromAddress = (one: Origin, { address }: Origin): boolean =>
  one.account !== undefined && one.address === address;
const isAny = (): boolean => true;
