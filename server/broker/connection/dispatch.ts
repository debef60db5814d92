/** Dispatch: reads one frame of a client and hands it to whoever deals with it. */
import type { App } from "../app/app.ts";
import { authenticate } from "../auth/authenticator.ts";
import { clientIdOf } from "../auth/grant.ts";
import { errorInfo, refuse } from "../errors.ts";
import { ACTION } from "../wire/actions.ts";
import { decode } from "../wire/codec.ts";
import { type InboundFrame, type ParsedFrame, type PublicationFrame, parseFrame } from "../wire/frame.ts";
import { annotate } from "./annotate.ts";
import { attach, part, reviewAttachments } from "./attach.ts";
import { sync } from "./attached.ts";
import type { Connection } from "./connection.ts";
import { announce } from "./presence.ts";
import { publish } from "./publish.ts";

/** A WebSocket message as it came. */
interface Packet {
  readonly bytes: Buffer;
  readonly binary: boolean;
}

/** Takes one frame of a client. */
export function receive(app: App, connection: Connection, { bytes, binary }: Packet): void {
  connection.keys.heard();
  if (!withinFrameRate(app, connection)) return;
  if (binary !== (connection.format === "msgpack")) {
    app.connections.fail(connection, errorInfo(40000, `unable to read the frame; ${connection.format} was agreed`));
    return;
  }
  const decoded = decode(connection.format, bytes);
  if (!decoded.ok) {
    app.connections.fail(connection, decoded.error);
    return;
  }
  const frame = parseFrame(decoded.value);
  if (frame.ok) dispatch(app, connection, frame.value);
  else refuseFrame(app, connection, frame);
}

function dispatch(app: App, connection: Connection, frame: InboundFrame): void {
  switch (frame.action) {
    case ACTION.heartbeat:
      answerPing(connection, frame.id);
      return;
    case ACTION.close:
      onceKept(app, () => app.connections.close(connection));
      return;
    case ACTION.disconnect:
      onceKept(app, () => app.connections.depart(connection));
      return;
    case ACTION.attach:
      attach(app, connection, frame);
      return;
    case ACTION.detach:
      part(app, connection, frame.channel);
      connection.send({ action: ACTION.detached, channel: frame.channel });
      return;
    case ACTION.sync:
      sync(connection, frame.channel);
      return;
    case ACTION.message:
      if (withinRate(app, connection, frame)) publish(app, connection, frame);
      return;
    case ACTION.presence:
      if (withinRate(app, connection, frame)) announce(app, connection, frame);
      return;
    case ACTION.annotation:
      if (withinRate(app, connection, frame)) annotate(app, connection, frame);
      return;
    case ACTION.auth:
      void renew(app, connection, frame.accessToken);
      return;
    case ACTION.activate:
      return;
  }
}

/** Runs `task` when what came before is stored: a client that leaves is told first what became of its publishes. */
function onceKept({ deps: { turn } }: App, task: () => void): void {
  if (turn.isUncommitted) turn.after(task, task);
  else task();
}

/**
 * Clients measure a ping in whole milliseconds, and some take 0 for no answer. It is their clock that measures, so this
 * is real time, whatever the broker's clock says.
 */
const PING_MS = 2;

function answerPing(connection: Connection, id: string | undefined): void {
  const { socket } = connection;
  setTimeout(() => {
    if (connection.socket === socket) connection.send({ action: ACTION.heartbeat, ...(id !== undefined && { id }) });
  }, PING_MS).unref();
}

/**
 * Whether the connection may say this now. Beyond its rate a frame is refused; far beyond it the client is sent away.
 */
function withinRate(app: App, connection: Connection, { msgSerial, items }: PublicationFrame): boolean {
  const { inboundRate, inboundFatalFactor, messagesPerPublish } = app.limits;
  const { inbound, attempts } = connection;
  const now = app.now();
  const tried = attempts.add(now, 1);
  // More messages than a publish may hold are refused for that.
  const count = items.length > messagesPerPublish ? 1 : Math.max(1, items.length);
  if (inbound.count(now) + count <= inboundRate) {
    inbound.add(now, count);
    return true;
  }
  if (tried > inboundRate * inboundFatalFactor) {
    const error = errorInfo(42921, "unable to stay connected; the connection's inbound rate is exceeded by far");
    app.connections.fail(connection, error);
  } else connection.nack(msgSerial, errorInfo(42911, "unable to publish; the connection's inbound rate is exceeded"));
  return false;
}

/** Whether the connection may send any more frames at all in this second. */
function withinFrameRate(app: App, connection: Connection): boolean {
  const { frameRate, inboundRate, inboundFatalFactor } = app.limits;
  if (connection.frames.add(app.now(), 1) <= Math.max(frameRate, inboundRate * inboundFatalFactor)) return true;
  const error = errorInfo(42924, "unable to stay connected; too many protocol messages");
  app.connections.fail(connection, error);
  return false;
}

type RefusedFrame = Extract<ParsedFrame, { ok: false }>;

/** A refusal goes to whoever waits for it: the publish, the channel, or else the connection. */
function refuseFrame(app: App, connection: Connection, { error, address = {} }: RefusedFrame): void {
  const { msgSerial, channel } = address;
  if (msgSerial !== undefined && msgSerial >= 0) connection.nack(msgSerial, error);
  else if (channel !== undefined) connection.send({ action: ACTION.error, channel, error });
  else app.connections.fail(connection, error);
}

/** AUTH on an open connection: the new token must be of the same client. */
async function renew(app: App, connection: Connection, token: string): Promise<void> {
  const renewed = await authenticate({ token }, (appId) => (appId === app.appId ? app : undefined));
  if (connection.socket === undefined) return;
  if (!renewed.ok) {
    app.connections.fail(connection, renewed.error);
    return;
  }
  const { grant } = renewed.value;
  if (grant.identity.kind !== connection.grant.identity.kind || clientIdOf(grant.identity) !== connection.clientId) {
    const { error } = refuse(40102, "unable to renew; the token is of another client");
    app.connections.fail(connection, error);
    return;
  }
  app.connections.renew(connection, grant);
  reviewAttachments(app, connection);
}
