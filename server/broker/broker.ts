/** The broker: apps behind one door for REST requests and WebSocket upgrades. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { App } from "./app/app.ts";
import type { AppDeps, BrokerData } from "./app/deps.ts";
import { systemClock } from "./clock.ts";
import { accept } from "./connection/handshake.ts";
import { createUpgrader, type Upgrader } from "./connection/socket.ts";
import { systemRandom } from "./ids.ts";
import type { RuleBacklog } from "./integrations/index.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { AppSpec, BrokerLog, BrokerOptions, OwnMessage } from "./options.ts";
import type { OwnAnswer, OwnRequest } from "./rest/answer.ts";
import { answer, answerOwn, handlesPath, type RouterDeps } from "./rest/router.ts";
import { Schedule } from "./schedule.ts";
import { Journal } from "./storage/journal.ts";
import type { KeptApp, OpenStorage } from "./storage/kept.ts";
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
  /** Answers a REST request of the program that runs the broker, as over HTTP; undefined once the broker closes. */
  answer(request: OwnRequest): Promise<OwnAnswer | undefined>;
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
export const createBroker = (options: BrokerOptions = {}): Broker => new EmbeddedBroker(options);

class EmbeddedBroker implements Broker {
  readonly handles = handlesPath;
  readonly #apps = new Map<string, App>();
  readonly #deps: AppDeps;
  readonly #router: RouterDeps;
  readonly #upgrader: Upgrader;
  #closing: Promise<void> | undefined;
  #isDraining = false;

  constructor(options: BrokerOptions) {
    const { clock, random, log = SILENT, apps, undelivered, addressOf, trustsOrigin, storage } = options;
    const schedule = new Schedule(clock ?? systemClock);
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const turn = new Turn();
    this.#deps = {
      schedule,
      turn,
      random: random ?? systemRandom(),
      limits,
      log,
      undelivered: undelivered ?? (() => {}),
      answersRule: options.answersRule,
      data: storage && goOnWith(storage, { schedule, turn, log, compactionBytes: limits.compactionBytes }),
    };
    this.#router = {
      findApp: (appId) => this.#apps.get(appId),
      limits: this.#deps.limits,
      now: () => schedule.now(),
      log: this.#deps.log,
      addressOf: addressOf ?? peerOf,
      trustsOrigin: trustsOrigin ?? trustsNobody,
    };
    const arrivals = { ...this.#router, schedule };
    this.#upgrader = createUpgrader(limits, (socket, request) => accept(socket, request, arrivals));
    for (const app of apps ?? []) this.createApp(app);
  }

  createApp(spec: AppSpec): void {
    if (this.#apps.has(spec.appId)) throw new Error(`there is an app ${spec.appId} already`);
    this.#apps.set(spec.appId, new App(spec, this.#deps));
  }

  deleteApp(appId: string): boolean {
    const app = this.#apps.get(appId);
    if (app === undefined) return false;
    this.#apps.delete(appId);
    void app.close();
    return true;
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    void answer(request, response, this.#router);
  }

  async answer(request: OwnRequest): Promise<OwnAnswer | undefined> {
    return this.#closing === undefined ? await answerOwn(request, this.#router) : undefined;
  }

  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (this.#closing !== undefined || this.#isDraining) {
      stream.destroy();
      return;
    }
    this.#upgrader.upgrade({ request, stream, head });
  }

  publish(appId: string, channel: string, { id, name, data, encoding }: OwnMessage): boolean {
    const message = { id, name, data, action: MESSAGE_ACTION.create, ...(encoding !== undefined && { encoding }) };
    const publication = { id, messages: [message], ephemeral: false, bytes: Buffer.byteLength(data) };
    return this.#apps.get(appId)?.publish(channel, publication).ok === true;
  }

  census(appId: string): Census | undefined {
    const app = this.#apps.get(appId);
    if (app === undefined) return undefined;
    const { connections, channels, integrations } = app;
    const rules = integrations.backlogs();
    return { connections: connections.size, connected: connections.connected, channels: channels.size, rules };
  }

  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    await Promise.all([...this.#apps.values()].map((app) => app.drain(ms)));
    await this.#deps.turn.settle();
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const all = [...this.#apps.values()];
    this.#apps.clear();
    await Promise.all(all.map((app) => app.close()));
    await this.#deps.turn.settle();
    await this.#deps.data?.journal.close();
    this.#deps.schedule.close();
    this.#upgrader.close();
  }
}

interface DataDeps {
  readonly schedule: Schedule;
  readonly turn: Turn;
  readonly log: BrokerLog;
  readonly compactionBytes: number;
}

/** Turns are committed to the storage from now on; each app takes up what is kept of it. */
function goOnWith({ storage, meta, apps }: OpenStorage, { turn, ...deps }: DataDeps): BrokerData {
  const journal = new Journal({ ...deps, storage, meta, wake: () => turn.wake() });
  turn.commitTo(journal);
  const kept = new Map(apps);
  return {
    journal,
    aliveUntil: meta.at,
    takeApp(appId): KeptApp | undefined {
      const app = kept.get(appId);
      kept.delete(appId);
      return app;
    },
  };
}
