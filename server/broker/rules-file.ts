/** The file of rules that `asterism-broker --rules` reads: webhook rules and channel rules, as a dashboard would hold them. */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { RuleSpec } from "./integrations/index.ts";
import type { NamespaceSpec } from "./options.ts";

/** What such a file says. */
export interface RulesFile {
  readonly rules: readonly RuleSpec[];
  readonly namespaces: readonly NamespaceSpec[];
}

const Namespace = z.strictObject({
  id: z.string().min(1),
  persisted: z.boolean().default(false),
  mutableMessages: z.boolean().default(false),
  authenticated: z.boolean().default(false),
});

/** The webhook rules are checked by the broker itself, which knows the keys that they name. */
const WebhookRule = z.custom<RuleSpec>((rule) => typeof rule === "object" && rule !== null, "is no rule");

const File = z.union([
  z.array(WebhookRule).transform((rules) => ({ rules, namespaces: [] })),
  z.strictObject({ rules: z.array(WebhookRule).default([]), namespaces: z.array(Namespace).default([]) }),
]);

/** Reads a file of rules; rejects with a sentence that names the file and what is wrong with it. */
export async function readRules(path: string): Promise<RulesFile> {
  const problem = (reason: string) => new Error(`unable to use the rules in ${path}; ${reason}`);
  const text = await readFile(path, "utf8").catch(() => {
    throw problem("the file cannot be read");
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem("it is not JSON");
  }
  const parsed = File.safeParse(value);
  if (!parsed.success) throw problem(`it must be [rule, …] or { "rules": [rule, …], "namespaces": [{ "id": … }, …] }`);
  return parsed.data;
}
