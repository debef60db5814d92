/** The quarantine that the configuration names. */
import { createAwsCall } from "../aws.ts";
import type { FunctionConfig } from "../config.ts";
import { createFileQuarantine } from "./file.ts";
import type { Quarantine } from "./quarantine.ts";
import { createSqsQuarantine } from "./sqs.ts";

/** Open it; undefined when the configuration names none. */
export function openQuarantine(
  target: FunctionConfig["quarantine"],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Quarantine | undefined {
  if (target === undefined) return undefined;
  return target.kind === "file"
    ? createFileQuarantine(target.path)
    : createSqsQuarantine(target.url, createAwsCall(env));
}
