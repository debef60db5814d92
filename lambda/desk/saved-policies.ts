/** The policies that moderators saved: the one in force, its history, a new one, and the way back to an old one. */
import { liveEvent } from "../deliver/live.ts";
import type { PolicyAuthor, PolicyVersion } from "../store/policy-versions.ts";
import { announce, type DeskDeps } from "./desk.ts";
import { type SaveOutcome, savePolicy } from "./save-policy.ts";

/** A policy with who saved it; version 0 is the one that was deployed, which nobody saved. */
export interface SavedPolicy extends Omit<PolicyVersion, "parts"> {
  readonly policy: unknown;
}

export type SavedOutcome =
  | { readonly ok: true; readonly saved: SavedPolicy }
  | { readonly ok: false; readonly code: "unknown-version" };

type FromStore = Pick<DeskDeps, "store" | "moderation">;

/** The newest policy, which is in force within seconds. */
export async function currentPolicy(deps: FromStore): Promise<SavedOutcome> {
  const [newest] = await deps.store.policies.since(0, 1);
  return newest === undefined ? { ok: true, saved: deployed(deps) } : await read(newest, deps);
}

/** One version of the policy. */
export async function policyVersion(version: number, deps: FromStore): Promise<SavedOutcome> {
  if (version === 0) return { ok: true, saved: deployed(deps) };
  const found = await deps.store.policies.get(version);
  return found === undefined ? { ok: false, code: "unknown-version" } : await read(found, deps);
}

/** Save a policy that somebody wrote, and tell the moderators who look. */
export async function changePolicy(value: unknown, author: PolicyAuthor, deps: DeskDeps): Promise<SaveOutcome> {
  const saved = await savePolicy(deps.store, value, author);
  if (saved.ok) {
    const { version, savedBy, savedAt } = saved.version;
    announce(liveEvent("policy", { version, savedBy, savedAt }), deps);
  }
  return saved;
}

export interface Undo extends Omit<PolicyAuthor, "reason"> {
  /** The version to go back to. */
  readonly to: number;
}

/** Save an old version as the newest one: the history loses nothing. */
export async function undoPolicy(
  { to, ...author }: Undo,
  deps: DeskDeps,
): Promise<SaveOutcome | Extract<SavedOutcome, { ok: false }>> {
  const old = await policyVersion(to, deps);
  if (!old.ok) return old;
  return await changePolicy(old.saved.policy, { ...author, reason: `back to version ${to}` }, deps);
}

async function read(version: PolicyVersion, { store }: FromStore): Promise<SavedOutcome> {
  const policy = await store.policies.read(version);
  const { parts: _, ...saved } = version;
  return policy === undefined ? { ok: false, code: "unknown-version" } : { ok: true, saved: { ...saved, policy } };
}

const deployed = ({ moderation }: FromStore): SavedPolicy => {
  return { version: 0, savedBy: "", savedAt: 0, reason: "", policy: moderation.fallback.document };
};
