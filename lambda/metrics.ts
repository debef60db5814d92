/** What is counted in an invocation, and the CloudWatch embedded metric document that its log line is. */

/** What is counted, and the name of its metric. */
const COUNTS = {
  published: "Published",
  starred: "Starred",
  duplicate: "DedupHit",
  held: "Held",
  refused: "Refused",
  failed: "Failed",
  ignored: "Ignored",
  deferred: "Deferred",
  quarantined: "Quarantined",
  forgone: "Forgone",
  retried: "Retried",
  denied: "Denied",
  unauthorised: "Unauthorised",
  unrecorded: "Unrecorded",
  unshown: "Unshown",
} as const;

export type Count = keyof typeof COUNTS;

const names = Object.keys(COUNTS) as Count[];

const NONE = Object.fromEntries(names.map((name) => [name, 0])) as Record<Count, number>;

/** The counts when nothing has happened yet. */
export const noCounts = (): Record<Count, number> => ({ ...NONE });

/** The figures of one invocation. */
export interface Figures {
  readonly counts: Readonly<Record<Count, number>>;
  readonly durationMs: number;
  /** Age of the oldest message in it. */
  readonly oldestMs?: number | undefined;
  /** Age of the policy and the sanctions that it went by. */
  readonly storeAgeMs?: number | undefined;
}

const NAMESPACE = "Asterism";

/** The metric document of an invocation; it belongs into the log line as it is, beside whatever else is said there. */
export function metricsOf(
  { counts, durationMs, oldestMs, storeAgeMs }: Figures,
  now: number,
  functionName: string,
): Record<string, unknown> {
  const values = Object.fromEntries(names.map((name) => [COUNTS[name], counts[name]]));
  const delays = {
    DurationMs: durationMs,
    ...(oldestMs !== undefined && { OldestItemAgeMs: oldestMs }),
    ...(storeAgeMs !== undefined && { StoreAgeMs: storeAgeMs }),
  };
  const Metrics = [
    ...Object.keys(values).map((Name) => ({ Name, Unit: "Count" })),
    ...Object.keys(delays).map((Name) => ({ Name, Unit: "Milliseconds" })),
  ];
  return {
    ...values,
    ...delays,
    FunctionName: functionName,
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [["FunctionName"]], Metrics }] },
  };
}
