/** The broker: apps behind one door for REST requests and WebSocket upgrades. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { App } from "./app/app.ts";
import type { AppDeps } from "./app/deps.ts";
import { systemClock } from "./clock.ts";
import { accept } from "./connection/accept.ts";
import { createUpgrader } from "./connection/socket.ts";
import { systemRandom } from "./ids.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { AppSpec, BrokerLog, BrokerOptions } from "./options.ts";
import { answer, handlesPath, type RouterDeps } from "./rest/router.ts";
import { Schedule } from "./schedule.ts";
import { Turn } from "./turn.ts";

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
  /** What an app holds at the moment. */
  census(appId: string): Census | undefined;
  /** Sends everybody away and stops everything that was started. Safe to call twice. */
  close(): Promise<void>;
}

export interface Census {
  /** With a socket, or waiting for one to come back. */
  readonly connections: number;
  /** With a socket. */
  readonly connected: number;
  readonly channels: number;
}

const trustsNobody = () => false;

const peerOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? "";

const SILENT: BrokerLog = { info: () => {}, warn: () => {} };

/** Makes a broker; everything it needs from outside is in the options. */
export function createBroker(options: BrokerOptions = {}): Broker {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const schedule = new Schedule(options.clock ?? systemClock);
  const log = options.log ?? SILENT;
  const deps: AppDeps = { schedule, turn: new Turn(), random: options.random ?? systemRandom(), limits, log };
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
    if (closing !== undefined) {
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
      const { connections, channels } = app;
      return { connections: connections.size, connected: connections.connected, channels: channels.size };
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
