/**
 * The journal: what the broker wants kept. The changes of a turn are written to the storage together, and nobody is told
 * of them before they are. What could not be written is refused, and publishes are refused until writing works again.
 */
import type { BrokerLog } from "../options.ts";
import type { Schedule } from "../schedule.ts";
import { encodeMeta, META_KEY, type Meta } from "./records.ts";
import type { Change, Storage } from "./storage.ts";

/** Whoever has to take back what could not be written. */
export interface Refusable {
  /** `positions`: of the events that are not kept. */
  refused(positions: ReadonlySet<string>): void;
}

export interface JournalDeps {
  readonly storage: Storage;
  readonly meta: Meta;
  readonly schedule: Schedule;
  readonly log: BrokerLog;
  /** Bytes that are written between two compactions. */
  readonly compactionBytes: number;
  /** Asks for a commit at the end of the turn. */
  readonly wake: () => void;
}

/** Something new. */
export interface NewEntry {
  readonly key: string;
  readonly value: Buffer;
  /** Of an event. */
  readonly position?: string;
  readonly owner?: Refusable | undefined;
}

/** A change that is still to be written. */
interface Pending {
  readonly value?: Buffer;
  /** By how many entries the storage grows with it. */
  readonly growth: number;
  readonly owner?: Refusable | undefined;
}

const RETRY_MS = 1000;
/** How often the storage is told that the broker is alive, so that it knows later when connections were lost. */
const ALIVE_MS = 30_000;

export class Journal {
  readonly #deps: JournalDeps;
  #pending = new Map<string, Pending>();
  #count: number;
  /** The newest position that anybody was given. */
  #newest: string;
  #failure: { readonly reason: string; readonly retryAt: number } | undefined;
  #isStale = true;
  #uncompacted = 0;
  #compaction: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
    this.#count = deps.meta.count;
    this.#newest = deps.meta.newest;
    this.#planAlive();
  }

  /** Why nothing can be kept at the moment. */
  get problem(): string | undefined {
    return this.#failure?.reason;
  }

  /** Whether there is something to write. */
  get hasChanges(): boolean {
    return this.#pending.size > 0 && !this.#isWaiting;
  }

  /** The newest position that is kept. */
  get newest(): string {
    return this.#newest;
  }

  /** Keeps something under a key that is new. Without an owner it is written as soon as that works. */
  keep({ key, value, position = "", owner }: NewEntry): void {
    if (position > this.#newest) this.#newest = position;
    this.#put(key, { value, growth: 1, owner });
  }

  /** Replaces an entry. */
  replace(key: string, value: Buffer): void {
    this.#put(key, { value, growth: 0 });
  }

  /** Removes an entry that there is. */
  remove(key: string): void {
    this.#put(key, { growth: -1 });
  }

  #put(key: string, change: Pending): void {
    const earlier = this.#pending.get(key);
    if (earlier?.growth === 1 && change.growth === -1) this.#pending.delete(key);
    else this.#pending.set(key, merged(earlier, change));
    this.#deps.wake();
  }

  /** Writes what was gathered: whether that worked, or `undefined` when there was nothing to write. */
  commit(): Promise<boolean> | undefined {
    if (this.#isWaiting || (this.#pending.size === 0 && !this.#isStale)) return undefined;
    const batch = this.#pending;
    this.#pending = new Map();
    let growth = 0;
    let bytes = 0;
    const changes: Change[] = [];
    for (const [key, pending] of batch) {
      growth += pending.growth;
      bytes += key.length + (pending.value?.length ?? 0);
      changes.push(pending.value === undefined ? { key } : { key, value: pending.value });
    }
    const meta = { count: this.#count + growth, newest: this.#newest, at: this.#deps.schedule.now() };
    changes.push({ key: META_KEY, value: encodeMeta(meta) });
    return this.#deps.storage.write(changes).then(
      () => {
        this.#written(meta.count, bytes);
        return true;
      },
      (error: unknown) => {
        this.#refuse(batch, error);
        return false;
      },
    );
  }

  /** Writes what is left, and lets go of the storage. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isStale = true;
    this.#failure = undefined;
    await this.commit();
    await this.#compaction;
    await this.#deps.storage.close();
  }

  get #isWaiting(): boolean {
    return this.#failure !== undefined && this.#deps.schedule.now() < this.#failure.retryAt;
  }

  #written(count: number, bytes: number): void {
    const { log, storage, compactionBytes } = this.#deps;
    this.#count = count;
    this.#isStale = false;
    if (this.#failure !== undefined) log.info("data.written", { storage: storage.name });
    this.#failure = undefined;
    this.#uncompacted += bytes;
    if (this.#uncompacted < compactionBytes || this.#compaction !== undefined || this.#isClosed) return;
    this.#uncompacted = 0;
    this.#compaction = storage
      .compact()
      .catch((error: unknown) => log.warn("data.not_compacted", { reason: messageOf(error) }))
      .finally(() => {
        this.#compaction = undefined;
      });
  }

  #refuse(batch: ReadonlyMap<string, Pending>, error: unknown): void {
    const { log, schedule, storage, wake } = this.#deps;
    const reason = messageOf(error);
    if (this.#failure === undefined) log.warn("data.not_written", { storage: storage.name, reason });
    this.#failure = { reason, retryAt: schedule.now() + RETRY_MS };
    this.#isStale = true;
    const refused = new Map<Refusable, Set<string>>();
    const newer = this.#pending;
    this.#pending = new Map();
    for (const [key, { owner, ...change }] of batch) {
      if (owner === undefined) this.#pending.set(key, change);
      else {
        const positions = refused.get(owner) ?? new Set();
        refused.set(owner, positions.add(key.slice(key.lastIndexOf("\n") + 1)));
        this.#pending.set(key, { growth: 0 }); // nothing is known of it: it may be there
      }
    }
    for (const [key, change] of newer) {
      if (batch.get(key)?.owner === undefined) this.#pending.set(key, merged(this.#pending.get(key), change));
    }
    for (const [owner, positions] of refused) owner.refused(positions);
    if (!this.#isClosed) schedule.after(RETRY_MS, wake);
  }

  #planAlive(): void {
    this.#deps.schedule.after(ALIVE_MS, () => {
      this.#isStale = true;
      this.#deps.wake();
      this.#planAlive();
    });
  }
}

/** One change in place of two. */
const merged = (earlier: Pending | undefined, later: Pending): Pending =>
  earlier === undefined ? later : { ...later, growth: earlier.growth + later.growth };

function messageOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
