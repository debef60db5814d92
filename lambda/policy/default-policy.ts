/** The policy that is deployed with the function: in force until moderators save another one. */
import { loadWords, type WordOverrides, type Words } from "./configured-words.ts";
import { compilePolicy, type Policy } from "./policy.ts";
import { readPolicyFile } from "./policy-file.ts";

/** The default policy with the word list, compiled. Throws when either cannot be used. */
export const loadDefaultPolicy = (overrides: WordOverrides): Policy => policyForWords(loadWords(overrides));

/** The default policy with these words in the place of the list file. */
export function policyForWords(file: Words): Policy {
  if (file.words.length === 0) throw new Error("unable to moderate; the word list is empty");
  return compilePolicy(readPolicyFile(), { file });
}
