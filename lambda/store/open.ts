/** The store that a configuration names. */
import { createAwsCall } from "../aws.ts";
import type { FunctionConfig } from "../config.ts";
import { openDynamoTable } from "./dynamodb-table.ts";
import { createStore, type Store } from "./store.ts";

export interface OpenOptions {
  readonly now: () => number;
  readonly onFault: (fault: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long one request may take. */
  readonly timeoutMs?: number | undefined;
}

/** Open it; undefined when the configuration names none. Nothing is asked of it yet. */
export function openStore(
  target: FunctionConfig["store"],
  { now, onFault, env = process.env, timeoutMs }: OpenOptions,
): Store | undefined {
  if (target === undefined) return undefined;
  const table = openDynamoTable({ ...target, call: createAwsCall(env), timeoutMs });
  return createStore({ table, now, onFault: ({ pk, sk }) => onFault(`${pk} ${sk} cannot be read`) });
}
