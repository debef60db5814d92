/**
 * `policy.json`, read and checked. In the function that is deployed stands what this has read when the function was built
 * (`lambda/deploy/build.ts`): nothing unchecked is deployed, and what checks a policy is loaded with the first saved one.
 */
import { readFileSync } from "node:fs";
import { POLICY_FILE } from "../config.ts";
import { type PolicyDocument, parsePolicy } from "./schema.ts";

/** Read the file; throws a sentence with every problem of it. */
export function readPolicyFile(): PolicyDocument {
  const parsed = parsePolicy(JSON.parse(readFileSync(POLICY_FILE, "utf8")));
  if (parsed.ok) return parsed.document;
  const problems = parsed.problems.map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`unable to use policy.json; ${problems.join("; ")}`);
}
