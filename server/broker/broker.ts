/** The broker: apps behind one door for REST requests and WebSocket upgrades. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { App } from "./app/app.ts";
import type { AppDeps } from "./app/deps.ts";
import { systemClock } from "./clock.ts";
import { accept } from "./connection/accept.ts";
import { createUpgrader } from "./connection/socket.ts";
import { systemRandom } from "./ids.ts";
import type { RuleBacklog } from "./integrations/index.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { AppSpec, BrokerLog, BrokerOptions, OwnMessage } from "./options.ts";
import { answer, handlesPath, type RouterDeps } from "./rest/router.ts";
import { Schedule } from "./schedule.ts";
import { Turn } from "./turn.ts";
import { MESSAGE_ACTION } from "./wire/actions.ts";

/** An embedded broker that speaks Ably's protocol. It owns no port: hand it requests and upgrades of any server. */
export interface Broker {
  /** Adds an app; throws when the spec cannot be one, or its id is taken. */
  createApp(spec: AppSpec): void;
  /** Removes an app and sends its clients away; answers whether there was one. */
  deleteApp(appId: string): boolean;
  /** Whether a REST path is the broker's. */
  handles(path: string): boolean;
  /** Answers a REST request. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Takes a WebSocket upgrade. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Publishes a message of the broker's owner; answers whether it was taken. */
  publish(appId: string, channel: string, message: OwnMessage): boolean;
  /** What an app holds at the moment. */
  census(appId: string): Census | undefined;
  /**
   * Takes no more connections and nothing more from clients, and delivers what was acknowledged to the rules, for so many
   * milliseconds at most. What is left over is reported as undelivered. Those who are connected stay until `close`.
   */
  drain(ms: number): Promise<void>;
  /** Sends everybody away and stops everything that was started. Safe to call twice. */
  close(): Promise<void>;
}

export interface Census {
  /** With a socket, or waiting for one to come back. */
  readonly connections: number;
  /** With a socket. */
  readonly connected: number;
  readonly channels: number;
  /** What each webhook rule has accepted and not delivered. */
  readonly rules: readonly RuleBacklog[];
}

const trustsNobody = () => false;

const peerOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? "";

const SILENT: BrokerLog = { info: () => {}, warn: () => {} };

/** Makes a broker; everything it needs from outside is in the options. */
export function createBroker(options: BrokerOptions = {}): Broker {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const schedule = new Schedule(options.clock ?? systemClock);
  const log = options.log ?? SILENT;
  const deps: AppDeps = {
    schedule,
    turn: new Turn(),
    random: options.random ?? systemRandom(),
    limits,
    log,
    undelivered: options.undelivered ?? (() => {}),
  };
  const apps = new Map<string, App>();
  const addressOf = options.addressOf ?? peerOf;
  const findApp = (appId: string) => apps.get(appId);
  const upgrader = createUpgrader(limits);
  const router: RouterDeps = {
    findApp,
    limits,
    now: () => schedule.now(),
    log,
    addressOf,
    trustsOrigin: options.trustsOrigin ?? trustsNobody,
  };
  const accepting = { limits, schedule, findApp };
  let closing: Promise<void> | undefined;
  let isDraining = false;

  function createApp(spec: AppSpec): void {
    if (apps.has(spec.appId)) throw new Error(`there is an app ${spec.appId} already`);
    apps.set(spec.appId, new App(spec, deps));
  }

  function deleteApp(appId: string): boolean {
    const app = apps.get(appId);
    if (app === undefined) return false;
    apps.delete(appId);
    void app.close();
    return true;
  }

  function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (closing !== undefined || isDraining) {
      socket.destroy();
      return;
    }
    upgrader.upgrade(request, socket, head, (client) =>
      accept(client, { url: request.url ?? "", address: addressOf(request) }, accepting),
    );
  }

  async function closeAll(): Promise<void> {
    const all = [...apps.values()];
    apps.clear();
    await Promise.all(all.map((app) => app.close()));
    deps.turn.end();
    schedule.close();
    upgrader.close();
  }

  for (const app of options.apps ?? []) createApp(app);
  return {
    createApp,
    deleteApp,
    handles: handlesPath,
    handleRequest: (request, response) => void answer(request, response, router),
    handleUpgrade,
    census(appId) {
      const app = apps.get(appId);
      if (app === undefined) return undefined;
      const { connections, channels, integrations } = app;
      const rules = integrations.backlogs();
      return { connections: connections.size, connected: connections.connected, channels: channels.size, rules };
    },
    publish(appId, channel, { id, name, data, encoding }) {
      const message = { id, name, data, action: MESSAGE_ACTION.create, ...(encoding !== undefined && { encoding }) };
      const publication = { id, messages: [message], ephemeral: false, bytes: Buffer.byteLength(data) };
      return apps.get(appId)?.publish(channel, publication).ok === true;
    },
    async drain(ms) {
      isDraining = true;
      await Promise.all([...apps.values()].map((app) => app.drain(ms)));
      deps.turn.end();
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
