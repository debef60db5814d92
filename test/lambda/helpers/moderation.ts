/** What is in force in tests: a moderator in the place of the word list. */
import type { InForce } from "../../../lambda/decide/decide.ts";
import type { Moderator } from "../../../lambda/moderation/index.ts";
import { fixedModeration, type Moderation } from "../../../lambda/moderation-in-force.ts";
import { policyForWords } from "../../../lambda/policy/default-policy.ts";
import { compilePolicy, type Policy } from "../../../lambda/policy/policy.ts";
import { parsePolicy } from "../../../lambda/policy/schema.ts";

/** The default policy with this moderator. */
export function policyBy(moderator: Moderator): Policy {
  const policy = policyForWords({ words: ["potato"], allow: [] });
  return {
    ...policy,
    names: moderator,
    find: (text, [list = ""]) => moderator.moderate(text).matches.map((match) => ({ ...match, list })),
  };
}

export const moderationBy = (moderator: Moderator): Moderation => fixedModeration(policyBy(moderator));

export const inForceBy = (moderator: Moderator): InForce => ({
  policy: policyBy(moderator),
  sanctionOf: () => undefined,
});

/** A policy that a test writes out; `potato` is what `words.txt` holds. */
export function policyOf(document: object): Policy {
  const parsed = parsePolicy({ rules: [], ...document });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.document, { file: { words: ["potato"], allow: ["potato salad"] } });
}
