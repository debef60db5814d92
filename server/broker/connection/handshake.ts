/** The handshake: who a new socket belongs to, whether it is a lost connection that comes back, and what it asks for. */
import type { IncomingMessage } from "node:http";
import type { App } from "../app/app.ts";
import { accountOf } from "../auth/account.ts";
import { type Authenticated, authenticate, type Credentials } from "../auth/authenticator.ts";
import { clientIdOf, type Grant } from "../auth/grant.ts";
import { WHAT_TO_SET } from "../auth/key.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Schedule } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import type { ConnectParams } from "./connect-params.ts";
import type { Connection, Origin } from "./connection.ts";
import { receive } from "./dispatch.ts";
import { CLOSE, hangUp } from "./hang-up.ts";
import type { Socket, SocketOwner } from "./socket.ts";

/** What the query of an upgrade says. */
interface Handshake extends ConnectParams {
  readonly credentials: Credentials;
  /** Key of a connection that was lost by this client, or left to it by another. */
  readonly resume: string | null;
  readonly recover: string | null;
}

/** An upgrade, as far as the broker looks at it. */
export type Knock = IncomingMessage;

export interface AcceptDeps {
  /** Where an upgrade comes from; asked only where that counts. */
  readonly addressOf: (knock: Knock) => string;
  readonly limits: Limits;
  readonly schedule: Schedule;
  readonly findApp: (appId: string) => App | undefined;
}

/** A socket that belongs to nobody yet. */
interface Arrival {
  readonly socket: Socket;
  readonly knock: Knock;
  readonly format: Format;
  readonly deps: AcceptDeps;
}

const LOWEST_VERSION = 2;
const HEARTBEAT_RANGE_MS = { least: 5000, most: 1_800_000 } as const;
const SHORTEST_PRESENT_MS = 1000;

/** Takes the socket into the app that its credentials belong to, or tells it why not. */
export function accept(socket: Socket, knock: Knock, deps: AcceptDeps): void {
  const { url = "" } = knock;
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const arrival: Arrival = { socket, knock, format: query.get("format") === "msgpack" ? "msgpack" : "json", deps };
  const handshake = readHandshake(query, arrival.format, deps.limits);
  if (!handshake.ok) {
    turnAway(arrival, handshake.error);
    return;
  }
  const authenticated = authenticate(handshake.value.credentials, deps.findApp);
  if (authenticated instanceof Promise) {
    void authenticated.then((result) => {
      // Meanwhile the app, or the broker, may have gone.
      if (result.ok && deps.findApp(result.value.app.appId) !== result.value.app) socket.destroy();
      else admit(arrival, handshake.value, result);
    });
  } else admit(arrival, handshake.value, authenticated);
}

/** Reads the query of the upgrade. */
function readHandshake(query: URLSearchParams, format: Format, limits: Limits): Result<Handshake> {
  const version = query.get("v");
  if (version !== null && !(Number.parseFloat(version) >= LOWEST_VERSION)) {
    return refuse(
      40000,
      "unable to connect; the protocol version is not supported: use version 2 of the client, such as ably 2",
    );
  }
  const { least, most } = HEARTBEAT_RANGE_MS;
  return ok({
    format,
    echo: query.get("echo") !== "false",
    heartbeats: query.get("heartbeats") !== "false",
    heartbeatMs: within(query.get("heartbeatInterval"), least, most) ?? limits.heartbeatMs,
    remainPresentMs:
      within(query.get("remainPresentFor"), SHORTEST_PRESENT_MS, limits.sessionTtlMs) ?? limits.remainPresentMs,
    resume: query.get("resume"),
    recover: query.get("recover"),
    credentials: {
      key: query.get("key") ?? undefined,
      token: query.get("access_token") ?? query.get("accessToken") ?? undefined,
      clientId: query.get("clientId") ?? undefined,
    },
  });
}

function within(text: string | null, least: number, most: number): number | undefined {
  const value = text === null ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : undefined;
}

function admit(arrival: Arrival, handshake: Handshake, authenticated: Result<Authenticated<App>>): void {
  if (!arrival.socket.isOpen) return;
  if (!authenticated.ok) {
    turnAway(arrival, realtimeError(authenticated.error, handshake));
    return;
  }
  const { value } = authenticated;
  const { turn } = value.app.deps;
  if (turn.isCommitting) turn.hold(0, () => welcomeTo(arrival, handshake, value));
  else welcomeTo(arrival, handshake, value);
}

/** Gives the socket its connection; what it is told goes out with the turn that keeps the connection. */
function welcomeTo(arrival: Arrival, handshake: Handshake, authenticated: Authenticated<App>): void {
  const { socket } = arrival;
  if (!socket.isOpen) return;
  const { app } = authenticated;
  const admitted = findOrCreate(authenticated, handshake, arrival);
  if (!admitted.ok) {
    turnAway(arrival, admitted.error);
    return;
  }
  const { connection, error } = admitted.value;
  socket.owner = new ConnectionOwner(app, connection);
  app.connections.connect(connection, { socket, params: handshake, error });
}

/** Tells the client why it is turned away, and hangs up. */
function turnAway({ socket, format, deps: { schedule, limits } }: Arrival, error: ErrorInfo): void {
  // whoever is DISCONNECTED may come back later
  const action = error.code === 80021 ? ACTION.disconnected : ACTION.error;
  socket.write(frameOf(format, { action, error }));
  hangUp(schedule, socket, { code: CLOSE.policy, reason: String(error.code), graceMs: limits.closingMs });
}

/** What a socket tells of itself goes to its connection. */
class ConnectionOwner implements SocketOwner {
  readonly #app: App;
  readonly #connection: Connection;

  constructor(app: App, connection: Connection) {
    this.#app = app;
    this.#connection = connection;
  }

  received(socket: Socket, bytes: Buffer, binary: boolean): void {
    const { turn } = this.#app.deps;
    if (turn.isCommitting) this.#hold(socket, bytes, binary);
    else receive(this.#app, this.#connection, { bytes, binary });
  }

  closed(socket: Socket): void {
    this.#app.deps.turn.hold(0, () => this.#app.connections.lost(this.#connection, socket));
  }

  /**
   * Reads a message once the turn before is committed. A client that sends too much meanwhile is to come back later.
   */
  #hold(socket: Socket, bytes: Buffer, binary: boolean): void {
    const { deps, limits, connections } = this.#app;
    if (deps.turn.heldBytes + bytes.length > limits.heldBytes) {
      const error = errorInfo(80003, "unable to go on; the broker's data are written too slowly");
      if (this.#connection.socket === socket) connections.disconnect(this.#connection, error);
      return;
    }
    deps.turn.hold(bytes.length, () => receive(this.#app, this.#connection, { bytes, binary }));
  }
}

/** The error as a connection tells it: with one code, whatever is wrong with the key. */
function realtimeError(error: ErrorInfo, { credentials }: Handshake): ErrorInfo {
  const malformedKey = error.code === 40005 && credentials.key !== undefined;
  if (error.code !== 40400 && !malformedKey) return error;
  if (credentials.key === undefined) return errorInfo(40101, error.message);
  return errorInfo(40101, `unable to connect; the key is not known: ${WHAT_TO_SET}`);
}

/** The origin of everybody who shows a key: they are not counted. */
const UNCOUNTED: Origin = { account: undefined, address: "" };

const originOf = (grant: Grant, address: string): Origin => ({ account: accountOf(grant, address), address });

function findOrCreate(
  { app, grant }: Authenticated<App>,
  { resume, recover }: Handshake,
  { knock, deps: { addressOf } }: Arrival,
): Result<{ connection: Connection; error?: ErrorInfo }> {
  const key = resume ?? recover;
  const lost = key === null ? undefined : app.connections.findByKey(key);
  if (key !== null && lost !== undefined) {
    const same = grant.identity.kind === lost.grant.identity.kind && clientIdOf(grant.identity) === lost.clientId;
    if (!same) return refuse(40102, "unable to resume; the credentials are of another client");
    app.connections.giveBack(lost, grant, { key, handedOver: resume === null });
    return ok({ connection: lost });
  }
  const created = app.connections.create(
    grant,
    grant.token === undefined ? UNCOUNTED : originOf(grant, addressOf(knock)),
  );
  if (!created.ok) return created;
  const connection = created.value;
  if (key === null) return ok({ connection });
  const error = errorInfo(80018, "unable to resume; the connection is not known, or no longer");
  return ok({ connection, error });
}
