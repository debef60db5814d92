/** Saving a policy: checked first, so that one with problems is refused with all of them and the old one stays in force. */
import { compilePolicy } from "../policy/policy.ts";
import { type ParsedPolicy, type Problem, parsePolicy } from "../policy/schema.ts";
import type { PolicyAuthor, PolicySaved } from "../store/policy-versions.ts";
import type { Store } from "../store/store.ts";

export type SaveOutcome =
  | PolicySaved
  | { readonly ok: false; readonly code: "invalid-policy"; readonly problems: readonly Problem[] };

/** Check and save; `value` is what somebody wrote. */
export async function savePolicy(store: Store, value: unknown, author: PolicyAuthor): Promise<SaveOutcome> {
  const checked = checkPolicy(value);
  if (!checked.ok) return { ok: false, code: "invalid-policy", problems: checked.problems };
  return await store.policies.save(checked.document, author);
}

/** Everything that can be wrong with a policy, what only compiling it shows included. */
export function checkPolicy(value: unknown): ParsedPolicy {
  const parsed = parsePolicy(value);
  if (!parsed.ok) return parsed;
  try {
    compilePolicy(parsed.document, { file: { words: [], allow: [] } });
    return parsed;
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: "lists", message: error instanceof Error ? error.message : String(error) }],
    };
  }
}
