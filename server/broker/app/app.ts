/** One app of the broker: its keys, channels, connections and rules. */
import { parseCapability } from "../auth/capability.ts";
import { type Grant, WILDCARD } from "../auth/grant.ts";
import { DEFAULT_CAPABILITY, type Key } from "../auth/key.ts";
import { RecentKeys } from "../auth/nonces.ts";
import { Revocations } from "../auth/revocations.ts";
import { Budget } from "../budget.ts";
import type { Publisher } from "../channel/admit.ts";
import { annotate } from "../channel/annotate.ts";
import type { Channel, ChannelSettings } from "../channel/channel.ts";
import { type Changer, change } from "../channel/mutate.ts";
import { metricsOf, Occupancy } from "../channel/occupancy.ts";
import type { Place } from "../channel/place.ts";
import type { Publication, Receipt } from "../channel/publication.ts";
import { Channels } from "../channel/registry.ts";
import type { Connection } from "../connection/connection.ts";
import { Connections } from "../connection/connections.ts";
import type { Home } from "../connection/home.ts";
import { notKept, ok, type Refusal, type Result, refuse } from "../errors.ts";
import { newId, Serials } from "../ids.ts";
import { createIntegrations, type IntegrationReport, type Integrations, type Load } from "../integrations/index.ts";
import type { Limits } from "../limits.ts";
import type { AppSpec, KeySpec, NamespaceSpec } from "../options.ts";
import { AppJournal } from "../storage/app-journal.ts";
import type { KeptApp } from "../storage/kept.ts";
import { PRESENCE_ACTION } from "../wire/actions.ts";
import type { InboundAnnotation } from "../wire/annotation.ts";
import { type InboundMessage, type Message, messageSize, type PresenceMessage } from "../wire/message.ts";
import type { AppDeps } from "./deps.ts";
import { MetaLog } from "./meta-log.ts";
import { createQuotas, type Quotas } from "./quotas.ts";

/** One app: its keys, channels, connections and rules. Apps share nothing but the clock and the turn. */
export class App implements Home {
  readonly appId: string;
  readonly limits: Limits;
  readonly keys: ReadonlyMap<string, Key>;
  readonly channels: Channels;
  readonly connections: Connections;
  readonly nonces: RecentKeys;
  readonly revocations: Revocations;
  readonly integrations: Integrations;
  readonly occupancy: Occupancy;
  readonly quotas: Quotas;
  /** What the members of all channels carry. */
  readonly presenceBytes: Budget;
  readonly deps: AppDeps;
  /** Writes down what outlives a restart; only where there is a storage. */
  readonly journal: AppJournal | undefined;
  readonly #namespaces: ReadonlyMap<string, NamespaceSpec>;
  readonly #metaLog: MetaLog;
  readonly #refusesUndeliverable: boolean;
  /** Messages that were acknowledged in this turn and are still to be handed to the rules. */
  #promised: Load = { events: 0, bytes: 0 };
  #isDraining = false;
  #ready = false;

  constructor(spec: AppSpec, deps: AppDeps) {
    const { schedule, turn, random } = deps;
    const now = () => schedule.now();
    this.deps = deps;
    this.appId = spec.appId;
    this.limits = { ...deps.limits, ...spec.limits };
    this.quotas = createQuotas(this.limits);
    this.keys = new Map(spec.keys.map((key) => [key.id, keyOf(spec.appId, key)]));
    this.#namespaces = new Map((spec.namespaces ?? []).map((namespace) => [namespace.id, namespace]));
    const kept = deps.data?.takeApp(spec.appId);
    this.journal = deps.data && new AppJournal(deps.data.journal, spec.appId, cutChannels(kept));
    const series = kept?.record?.series ?? newId(random, 6).replace(/[-_]/g, "0");
    if (kept?.record === undefined) this.journal?.app({ series }, true);
    const serials = new Serials(series, now, this.journal?.newest);
    this.occupancy = new Occupancy(schedule, this.limits.occupancyMs, {
      watches: ({ name }) => this.integrations.watches("channel.occupancy", name),
      report: ({ name }, metrics) =>
        this.integrations.channelEvent({ source: "channel.occupancy", channel: name, metrics }),
    });
    this.presenceBytes = new Budget(this.limits.presenceBytes);
    const { journal } = this;
    const budgets = { historyBytes: new Budget(this.limits.appHistoryBytes), presenceBytes: this.presenceBytes };
    this.channels = new Channels({ limits: this.limits, now, serials, turn, journal, ...budgets }, schedule, {
      settingsOf: (name) => this.#settings(name),
      opened: (channel) => this.#lifecycle(channel, true),
      changed: (channel) => this.occupancy.changed(channel),
      summarized: ({ name }, message) => this.#messageEvent(name, [message]),
      closed: (channel) => this.#lifecycle(channel, false),
      forgot: (forgottenUpTo) => journal?.app({ series, forgottenUpTo }, false),
    });
    this.connections = new Connections(this);
    this.#metaLog = new MetaLog(this);
    this.#refusesUndeliverable = spec.refusesUndeliverable === true;
    this.nonces = new RecentKeys(now, 2 * this.limits.tokenSkewMs, this.limits.nonces);
    this.revocations = new Revocations(this.limits.revocations, this.limits.tokenMaxTtlMs);
    this.integrations = createIntegrations({
      appId: spec.appId,
      site: SITE,
      rules: spec.rules ?? [],
      signingKey: (keyId) => this.keys.get(keyId),
      clock: { now, after: (ms, task) => schedule.after(ms, task) },
      random: () => random(6).readUIntBE(0, 6) / 2 ** 48,
      report: (report) => this.#reported(report),
      promises: journal,
      answersRule: deps.answersRule,
      limits: {
        batchEvents: this.limits.ruleBatchEvents,
        requestsPerSecond: this.limits.ruleRequestRate,
      },
    });
    if (kept !== undefined) this.#restore(kept);
    this.#ready = true;
    for (const { name, presence } of spec.channels ?? []) {
      for (const [at, member] of (presence ?? []).entries())
        this.#addFixture(this.channels.open(name, undefined), member, at);
    }
  }

  now(): number {
    return this.deps.schedule.now();
  }

  /** Takes up what a broker before this one kept. */
  #restore({ channels, record, promised, connections }: KeptApp): void {
    this.channels.restore(channels, record?.forgottenUpTo);
    this.connections.restore(connections, this.deps.data?.aliveUntil ?? 0);
    this.integrations.restore(promised);
  }

  /** Whether the base of an id claims to come from a connection that is not `own`. */
  isForeignId(base: string, own: string | undefined): boolean {
    const colon = base.indexOf(":");
    if (colon === -1) return false;
    const connectionId = base.slice(0, colon);
    return connectionId !== own && this.connections.find(connectionId) !== undefined;
  }

  /** The channel of this name, made on somebody's account when there is room for another. */
  openChannel(name: string, account: string | undefined): Result<Channel> {
    const known = this.channels.find(name);
    if (known !== undefined) return ok(known);
    const excess = this.quotas.channels.take(this.now(), 1, account);
    if (excess !== undefined) {
      const whose = excess === "own" ? "client" : "app";
      return refuse(90021, `unable to open the channel; the ${whose}'s rate of new channels is exceeded`);
    }
    if (this.channels.size >= this.limits.channels && !this.channels.makeRoom(account)) {
      return refuse(40114, "unable to open the channel; the app has too many");
    }
    return ok(this.channels.open(name, account));
  }

  /** Publishes what was admitted, and tells the rules once the publisher was answered. */
  publish(name: string, publication: Publication): Result<Receipt> {
    const closed = this.#refuseUnkept() ?? this.#refuseUndeliverable(name, publication);
    if (closed !== undefined) return closed;
    const refusal = this.#refuseRate(publication.messages.length, publication.account);
    if (refusal !== undefined) return refusal;
    const channel = this.openChannel(name, publication.account);
    if (!channel.ok) return channel;
    const receipt = channel.value.publish(publication);
    if (receipt.ok && receipt.value.event !== undefined && !publication.ephemeral) {
      this.#messageEvent(name, receipt.value.event.messages);
    }
    return receipt;
  }

  /** Publishes another version of a message. */
  change(name: string, message: InboundMessage, by: Changer): Result<Receipt> {
    const refusal = this.#refuseUnkept() ?? this.#refuseRate(1, by.account);
    if (refusal !== undefined) return refusal;
    const receipt = change(this.#place(name), message, by);
    if (receipt.ok && receipt.value.event !== undefined) this.#messageEvent(name, receipt.value.event.messages);
    return receipt;
  }

  /**
   * Annotates a message. No rule has annotations for its source; the summary that follows is a message and reaches the
   * rules of messages, as Ably's does (https://ably.com/docs/chat/external-storage-and-processing/data-extraction#reactions).
   */
  annotate(name: string, annotations: readonly InboundAnnotation[], by: Publisher): Result<readonly string[]> {
    const refusal = this.#refuseUnkept() ?? this.#refuseRate(annotations.length, by.account);
    if (refusal !== undefined) return refusal;
    return annotate(this.#place(name), annotations, { by, limits: this.limits });
  }

  /** Tells the rules what happened to presence. */
  presenceEvent({ name }: Channel, presence: readonly PresenceMessage[]): void {
    if (presence.length === 0 || !this.integrations.watches("channel.presence", name)) return;
    this.deps.turn.after(this.integrations.promise({ source: "channel.presence", channel: name, presence }));
  }

  #place(name: string): Place {
    return { name, channel: this.channels.find(name), settings: this.channels.settingsOf(name) };
  }

  /** Why what is published now could not be stored. */
  #refuseUnkept(): Refusal | undefined {
    return this.journal?.problem === undefined ? undefined : notKept("publish");
  }

  /** Why what is published now could not be delivered to the rules. */
  #refuseUndeliverable(name: string, { account, ephemeral, bytes, messages }: Publication): Refusal | undefined {
    if (this.#isDraining && account !== undefined) {
      return refuse(50003, "unable to publish; the broker is closing");
    }
    if (!this.#refusesUndeliverable) return undefined;
    if (ephemeral && this.integrations.watches("channel.message", name)) {
      return refuse(
        40000,
        "unable to publish; an ephemeral message never reaches the rule that takes the messages of this channel",
      );
    }
    if (
      this.integrations.hasRoom("channel.message", name, plus(this.#promised, bytes + messages.length * STAMP_BYTES, 1))
    )
      return undefined;
    return refuse(70003, "unable to publish; the rule that takes the message has too much to do");
  }

  #reported(report: IntegrationReport): void {
    this.#metaLog.tell(report);
    for (const { channel, messages } of report.lost) {
      this.deps.undelivered({ appId: this.appId, ruleId: report.ruleId, code: report.error.code, channel, messages });
    }
  }

  #refuseRate(messages: number, account: string | undefined): Refusal | undefined {
    const excess = this.quotas.messages.take(this.now(), messages, account);
    if (excess === undefined) return undefined;
    if (excess === "all") return refuse(42917, "unable to publish; the app's message rate is exceeded");
    return refuse(42910, "unable to publish; the client's message rate is exceeded");
  }

  #messageEvent(name: string, messages: readonly Message[]): void {
    if (!this.integrations.watches("channel.message", name)) return;
    const bytes = messages.reduce((sum, message) => sum + STAMP_BYTES + messageSize(message), 0);
    this.#promised = plus(this.#promised, bytes, 1);
    const promise = this.integrations.promise({ source: "channel.message", channel: name, messages });
    this.deps.turn.after(
      () => {
        this.#promised = plus(this.#promised, -bytes, -1);
        promise();
      },
      () => {
        this.#promised = plus(this.#promised, -bytes, -1);
      },
    );
  }

  /** Tells that a connection begins or ends. */
  connectionEvent({ connectionId, clientId }: Connection, opened: boolean): void {
    if (!this.#metaLog.watches("connection")) return;
    const name = opened ? "connection.opened" : "connection.closed";
    this.#metaLog.lifecycle("connection", name, { connectionId, ...(clientId !== undefined && { clientId }) });
  }

  #lifecycle(channel: Channel, opened: boolean): void {
    const { name } = channel;
    if (!this.#ready || name.startsWith("[")) return; // nobody is told of the broker's own channels
    const isWatched = this.integrations.watches("channel.lifecycle", name);
    if (!isWatched && !this.#metaLog.watches("channel")) return;
    const status = { isActive: opened, occupancy: { metrics: metricsOf(channel) } };
    const entry = { channelId: name, name, status };
    this.#metaLog.lifecycle("channel", opened ? "channel.opened" : "channel.closed", entry);
    if (isWatched) this.integrations.channelEvent({ source: "channel.lifecycle", channel: name, opened, status });
  }

  /** Takes nothing more from clients, and delivers to the rules what was taken, for `ms` at most; reports the rest. */
  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    await new Promise<void>((resolve) => this.deps.turn.after(resolve));
    await this.integrations.drain(ms);
    await this.integrations.close();
  }

  async close(): Promise<void> {
    this.connections.shutDown();
    this.channels.close();
    this.occupancy.close();
    await this.integrations.close();
  }

  #settings(name: string): ChannelSettings {
    const colon = name.indexOf(":");
    const namespace = this.#namespaces.get(colon === -1 ? name : name.slice(0, colon));
    return {
      persisted: namespace?.persisted === true,
      mutable: namespace?.mutableMessages === true,
      identified: namespace?.authenticated === true,
    };
  }

  #addFixture(channel: Channel, member: { clientId: string; data?: string; encoding?: string }, at: number): void {
    const { clientId, data, encoding } = member;
    channel.tellPresence(`fixtures:${at}`, [
      {
        id: `fixtures:${at}:0`,
        action: PRESENCE_ACTION.enter,
        clientId,
        connectionId: "fixtures",
        timestamp: this.now(),
        ...(data !== undefined && { data }),
        ...(encoding !== undefined && { encoding }),
      },
    ]);
  }
}

const SITE = "local";

/** What the stamps of a message take when a rule is to deliver it: about twice its id and its serial. */
const STAMP_BYTES = 100;

const plus = (load: Load, bytes: number, events: number): Load => ({
  events: load.events + events,
  bytes: load.bytes + bytes,
});

/** The channels that are written down as having lost something. */
const cutChannels = (kept: KeptApp | undefined): string[] =>
  [...(kept?.channels ?? [])].flatMap(([name, { lostUpTo }]) => (lostUpTo === undefined ? [] : name));

function keyOf(appId: string, spec: KeySpec): Key {
  const capability = spec.capability === undefined ? undefined : parseCapability(spec.capability);
  if (capability?.ok === false) throw new Error(`key ${appId}.${spec.id}: ${capability.error.message}`);
  const grant: Grant = { keyId: spec.id, identity: WILDCARD, capability: capability?.value ?? DEFAULT_CAPABILITY };
  return {
    id: spec.id,
    name: `${appId}.${spec.id}`,
    secret: spec.secret,
    capability: grant.capability,
    revocableTokens: spec.revocableTokens === true,
    grant,
  };
}
