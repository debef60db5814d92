/** The policy that is deployed with the function: in force until moderators save another one. */
import { readFileSync } from "node:fs";
import { POLICY_FILE } from "../config.ts";
import { loadWords, type WordOverrides, type Words } from "./configured-words.ts";
import { compilePolicy, type Policy } from "./policy.ts";
import { type PolicyDocument, parsePolicy } from "./schema.ts";

/** Read the file; throws a sentence with every problem of it. */
export function readDefaultPolicy(read: () => string = readPolicyFile): PolicyDocument {
  const parsed = parsePolicy(JSON.parse(read()));
  if (parsed.ok) return parsed.document;
  const problems = parsed.problems.map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`unable to use policy.json; ${problems.join("; ")}`);
}

const readPolicyFile = (): string => readFileSync(POLICY_FILE, "utf8");

/** The default policy with the word list, compiled. Throws when either cannot be used. */
export const loadDefaultPolicy = (overrides: WordOverrides): Policy => policyForWords(loadWords(overrides));

/** The default policy with these words in the place of the list file. */
export function policyForWords(file: Words): Policy {
  if (file.words.length === 0) throw new Error("unable to moderate; the word list is empty");
  return compilePolicy(readDefaultPolicy(), { file });
}
