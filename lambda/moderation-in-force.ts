/**
 * The policy and the sanctions that are in force, as this process knows them: at most two seconds old while there is work,
 * brought up to date beside it by asking only for what is new. When the store fails, what was last known serves on.
 */
import type { InForce } from "./decide/decide.ts";
import { limits } from "./limits.ts";
import { loadWords, type Words } from "./policy/configured-words.ts";
import { policyForWords } from "./policy/default-policy.ts";
import { compilePolicy, type Policy } from "./policy/policy.ts";
import { isInForce, type SanctionChange } from "./sanction.ts";
import { End, type Sleep } from "./sleep.ts";
import type { PolicyVersion } from "./store/policy-versions.ts";
import type { Store } from "./store/store.ts";

/** Where the function and the server learn what is in force. */
export interface Moderation {
  /** What is in force; undefined when that has never been known: then nothing may be published. */
  read(): Promise<InForce | undefined>;
  /** What is in force where nothing was saved. */
  readonly fallback: Policy;
  /** A change that this process made itself is in force here at once. */
  apply(change: SanctionChange): void;
  /** How old what is known is, ms; 0 where nothing changes. */
  ageMs(): number;
}

/**
 * With a store what moderators save; without one what was deployed, which then must not need one.
 * @throws Error when that policy or the word list cannot be used.
 */
export function moderationFor(
  { bannedWords, allowedWords }: { readonly [Name in "bannedWords" | "allowedWords"]?: string | undefined },
  store: Store | undefined,
  parts: Omit<FollowOptions, "store" | "fallback" | "file">,
): Moderation {
  const file = loadWords({ banned: bannedWords, allowed: allowedWords });
  const fallback = policyForWords(file);
  if (store !== undefined) return followStore({ store, fallback, file, ...parts });
  const rule = ruleThatHolds(fallback);
  if (rule !== undefined) {
    throw new Error(
      `unable to hold messages, as the rule ${JSON.stringify(rule)} of policy.json says; set STORE_TABLE`,
    );
  }
  return fixedModeration(fallback);
}

const ruleThatHolds = ({ document }: Policy): string | undefined =>
  document.rules.find(({ action, when }) => action === "hold" || when.service?.onFailure === "hold")?.name;

/** A policy that nobody changes, and no sanctions. */
export function fixedModeration(policy: Policy): Moderation {
  const inForce: InForce = { policy, sanctionOf: () => undefined };
  return {
    fallback: policy,
    async read() {
      await policy.load();
      return inForce;
    },
    apply: () => undefined,
    ageMs: () => 0,
  };
}

export interface FollowOptions {
  readonly store: Pick<Store, "policies" | "sanctions">;
  /** In force until the first policy is saved. */
  readonly fallback: Policy;
  /** What `words.txt` holds. */
  readonly file: Words;
  readonly now: () => number;
  readonly sleep: Sleep;
  /** Told of what fails, never with text in it. */
  readonly onFault: (fault: string) => void;
  /** Told of each change of a sanction that was not known before. */
  readonly onChange?: ((change: SanctionChange) => void) | undefined;
}

/** What is known of the store. */
interface Known {
  policy: Policy;
  /** The newest version that was looked at: one that cannot be used is not read again. */
  version: number;
  readonly sanctions: Map<string, SanctionChange>;
  /** The number of the last change. */
  change: number;
  /** The changes of the last answer. */
  readonly fresh: readonly SanctionChange[];
  /** When everything was read from the beginning, and when anything was read. */
  readonly since: number;
  at: number;
}

/** Follow a store. */
export function followStore(options: FollowOptions): Moderation {
  const { now, sleep, onFault } = options;
  /** What this process set itself, until it is read back. */
  const own = new Map<string, SanctionChange>();
  let known: Known | undefined;
  let refreshing: { readonly since: number; readonly done: Promise<void> } | undefined;

  const refresh = (): Promise<void> => {
    // a refresh that the platform froze half-way never ends
    if (refreshing !== undefined && Math.abs(now() - refreshing.since) < limits.storeFreshMs) return refreshing.done;
    const work = (known === undefined || now() - known.since > limits.storeReloadMs ? load : update)(options, known);
    const mine = { since: now(), done: Promise.resolve() };
    mine.done = work.then(
      (next) => {
        // an answer that was overtaken by a later one says nothing new
        if (known !== undefined && next.change < known.change) return;
        for (const change of next.fresh) if (change.change > (known?.change ?? 0)) options.onChange?.(change);
        known = next;
      },
      () => onFault("unreachable"),
    );
    refreshing = mine;
    void mine.done.then(() => {
      if (refreshing === mine) refreshing = undefined;
    });
    return mine.done;
  };
  const atMost = async (ms: number, work: Promise<void>) => {
    const done = new End();
    await Promise.race([work, sleep(ms, done)]).finally(() => done.come());
  };
  const ageMs = () => (known === undefined ? 0 : Math.max(0, now() - known.at));
  /** A clock that was set back says that everything is still to come. */
  const isStale = (): boolean => known !== undefined && (now() < known.at || ageMs() >= limits.storeFreshMs);

  return {
    fallback: options.fallback,
    async read() {
      if (known === undefined) await atMost(limits.storeFirstMs, refresh());
      else if (isStale()) await atMost(limits.storeWaitMs, refresh());
      else if (ageMs() >= limits.storeFreshMs / 2) void refresh();
      if (known === undefined) return undefined;
      const { policy, sanctions, change } = known;
      for (const [person, mine] of own) if (mine.change <= change) own.delete(person);
      return { policy, sanctionOf: (person) => own.get(person) ?? sanctions.get(person) };
    },
    apply: (change) => void own.set(change.person, change),
    ageMs,
  };
}

async function load(options: FollowOptions): Promise<Known> {
  const { store, now } = options;
  const [versions, changes] = await Promise.all([
    store.policies.since(0, limits.storeVersions),
    store.sanctions.since(0),
  ]);
  const policy = versions.length === 0 ? options.fallback : await newestUsable(versions, options);
  // fail closed: a policy was saved, so the one that was deployed is not what anybody wants
  if (policy === undefined) throw new Error("unable to use any of the last versions of the policy");
  await policy.load();
  const known = {
    policy,
    version: versions[0]?.version ?? 0,
    sanctions: new Map(),
    change: 0,
    fresh: [],
    since: now(),
    at: now(),
  };
  return withChanges(known, changes, now());
}

async function update(options: FollowOptions, known: Known | undefined): Promise<Known> {
  if (known === undefined) return await load(options);
  const { store, now } = options;
  const [versions, changes] = await Promise.all([
    store.policies.since(known.version, 1),
    store.sanctions.since(known.change),
  ]);
  const policy = await newestUsable(versions, options);
  const version = versions[0]?.version ?? known.version;
  return withChanges({ ...known, policy: policy ?? known.policy, version, at: now() }, changes, now());
}

function withChanges(known: Known, changes: readonly SanctionChange[], now: number): Known {
  for (const change of changes) {
    if (isInForce(change, now)) known.sanctions.set(change.person, change);
    else known.sanctions.delete(change.person);
  }
  return { ...known, fresh: changes, change: changes.at(-1)?.change ?? known.change };
}

/** The newest version that this program understands. */
async function newestUsable(versions: readonly PolicyVersion[], options: FollowOptions): Promise<Policy | undefined> {
  if (versions.length === 0) return undefined;
  const { store, file, onFault } = options;
  // what was deployed was checked when it was built
  const { parsePolicy } = await import("./policy/schema.ts");
  for (const version of versions) {
    const parsed = parsePolicy(await store.policies.read(version));
    if (!parsed.ok) {
      onFault(`policy ${version.version} cannot be used`);
      continue;
    }
    const policy = compilePolicy(parsed.document, { file, version: version.version });
    await policy.load();
    return policy;
  }
  return undefined;
}
