/** The channels of one app: made on first use, gone when nothing keeps them. */
import type { Schedule, Task } from "../schedule.ts";
import type { KeptChannel } from "../storage/kept.ts";
import type { Message } from "../wire/message.ts";
import { Channel, type ChannelDeps, type ChannelSettings } from "./channel.ts";

const SWEEP_MS = 30_000;

/** What the registry asks of, and tells, the app. */
export interface ChannelsOwner {
  settingsOf(name: string): ChannelSettings;
  opened(channel: Channel): void;
  changed(channel: Channel): void;
  summarized(channel: Channel, message: Message): void;
  closed(channel: Channel): void;
  /** Whole channels were forgotten before their time. */
  forgot(upTo: string): void;
}

export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #removals = new Map<Channel, Task>();
  readonly #deps: ChannelDeps;
  readonly #schedule: Schedule;
  readonly #owner: ChannelsOwner;
  /** The account that opened each channel; none for those that the team's own servers opened. */
  readonly #openedBy = new WeakMap<Channel, string>();
  /** The last position of a channel that was forgotten before its time. */
  #forgottenUpTo: string | undefined;
  #sweep: Task | undefined;
  #closed = false;

  constructor(deps: Omit<ChannelDeps, "changed" | "summarized">, schedule: Schedule, owner: ChannelsOwner) {
    this.#deps = {
      ...deps,
      changed: (channel) => this.#review(channel),
      summarized: (channel, message) => owner.summarized(channel, message),
    };
    this.#schedule = schedule;
    this.#owner = owner;
  }

  get size(): number {
    return this.#channels.size;
  }

  /** The channel, if it holds anything. */
  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  /** The channel, made on somebody's account when there is none. */
  open(name: string, account: string | undefined): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = new Channel(name, this.#owner.settingsOf(name), this.#deps);
    if (this.#forgottenUpTo !== undefined) channel.history.clear(this.#forgottenUpTo);
    if (account !== undefined) this.#openedBy.set(channel, account);
    this.#channels.set(name, channel);
    if (!this.#closed) this.#sweep ??= this.#planSweep();
    this.#owner.opened(channel);
    // Whoever opened the channel may never use it.
    this.#deps.turn.after(() => this.#review(channel));
    return channel;
  }

  /**
   * Forgets a channel that only its history keeps: the quietest of the client that opened the most of these, or else of
   * those that the team's own servers opened. `asking` wants a new one, which counts too. Answers whether there was one.
   */
  makeRoom(asking: string | undefined): boolean {
    const idle = new Map<string | undefined, { count: number; quietest: Channel }>();
    for (const channel of this.#removals.keys()) {
      if (channel.idleAt() === undefined) continue;
      const account = this.#openedBy.get(channel);
      const known = idle.get(account);
      if (known === undefined) idle.set(account, { count: 1, quietest: channel });
      else {
        known.count++;
        if (channel.position < known.quietest.position) known.quietest = channel;
      }
    }
    const ofTeam = idle.get(undefined);
    idle.delete(undefined);
    const own = asking === undefined ? undefined : idle.get(asking);
    if (own !== undefined) own.count++;
    const [first] = [...idle.values()].sort((a, b) => b.count - a.count);
    const victim = (first ?? ofTeam)?.quietest;
    if (victim === undefined) return false;
    this.#forget(victim);
    return true;
  }

  /** Takes up what a broker before this one kept. */
  restore(kept: ReadonlyMap<string, KeptChannel>, forgottenUpTo: string | undefined): void {
    for (const [name, channel] of kept) this.open(name, undefined).restore(channel);
    this.#forgottenUpTo = forgottenUpTo;
  }

  settingsOf(name: string): ChannelSettings {
    return this.#channels.get(name)?.settings ?? this.#owner.settingsOf(name);
  }

  all(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** Forgets the channels and what is planned for them: the app is gone, and nothing may keep it in memory. */
  close(): void {
    this.#closed = true;
    if (this.#sweep !== undefined) this.#schedule.cancel(this.#sweep);
    this.#sweep = undefined;
    for (const task of this.#removals.values()) this.#schedule.cancel(task);
    this.#removals.clear();
    this.#channels.clear();
  }

  /** Plans when quiet channels forget what is too old: else it would stay until somebody asks. */
  #planSweep(): Task {
    return this.#schedule.add(this.#deps.now() + SWEEP_MS, () => {
      for (const channel of this.#channels.values()) channel.history.trim();
      this.#sweep = this.#channels.size > 0 ? this.#planSweep() : undefined;
    });
  }

  #review(channel: Channel): void {
    if (this.#closed) return;
    this.#owner.changed(channel);
    const idleAt = channel.idleAt();
    const planned = this.#removals.get(channel);
    if (idleAt === undefined) {
      if (planned !== undefined) this.#unplan(channel, planned);
      return;
    }
    if (idleAt <= this.#deps.now()) {
      if (planned !== undefined) this.#unplan(channel, planned);
      if (this.#channels.get(channel.name) !== channel) return;
      this.#channels.delete(channel.name);
      channel.closed();
      this.#owner.closed(channel);
      return;
    }
    // A plan that comes too early only looks again.
    if (planned !== undefined) return;
    const again = () => {
      this.#removals.delete(channel);
      this.#review(channel);
    };
    this.#removals.set(channel, this.#schedule.add(idleAt + 1, again));
  }

  /** Forgets a channel before its time. */
  #forget(channel: Channel): void {
    const planned = this.#removals.get(channel);
    if (planned !== undefined) this.#unplan(channel, planned);
    this.#channels.delete(channel.name);
    channel.forgetAll();
    if (this.#forgottenUpTo === undefined || channel.position > this.#forgottenUpTo) {
      this.#forgottenUpTo = channel.position;
      this.#owner.forgot(channel.position);
    }
    this.#owner.closed(channel);
  }

  #unplan(channel: Channel, task: Task): void {
    this.#schedule.cancel(task);
    this.#removals.delete(channel);
  }
}
