/**
 * What the function says about its work: one entry for each decision and one for each invocation, as JSON lines. Ids,
 * delays and reasons, never text. The entry of an invocation is also a CloudWatch embedded metric document, so it must
 * reach the log as it is: by `process.stdout.write`, not by `console.log`, which the runtime wraps.
 */
import type { Refusal } from "./receive/verify.ts";

/** What was decided about one message. */
export interface Decision {
  readonly event: "decision";
  readonly requestId: string;
  readonly decision: "published" | "duplicate" | "refused" | "failed" | "ignored" | "deferred";
  readonly reason?: string;
  readonly channel?: string;
  /** The verified client id, with stars in it when it was the reason. */
  readonly author?: string;
  /** The id of the moderated copy. */
  readonly id?: string;
  readonly starred?: number;
  readonly attempts?: number;
  /** Ably's error code of the last attempt. */
  readonly code?: number;
  /** From Ably's stamp on the message to this decision. */
  readonly delayMs?: number;
  readonly quarantined?: boolean;
}

/** What became of one invocation. */
interface Invocation {
  readonly event: "invocation";
  readonly requestId: string;
  readonly status: number;
  readonly reason?: Refusal | string;
  readonly durationMs: number;
  readonly coldStart: boolean;
  readonly counts: Readonly<Record<Count, number>>;
  /** Age of the oldest message in it. */
  readonly oldestMs?: number;
}

export type Count =
  | "published"
  | "starred"
  | "duplicate"
  | "refused"
  | "failed"
  | "ignored"
  | "deferred"
  | "quarantined"
  | "retried"
  | "denied"
  | "unauthorised";

export type LogEntry = Decision | Invocation;
export type Log = (entry: LogEntry) => void;

export const noCounts = (): Record<Count, number> => ({
  published: 0,
  starred: 0,
  duplicate: 0,
  refused: 0,
  failed: 0,
  ignored: 0,
  deferred: 0,
  quarantined: 0,
  retried: 0,
  denied: 0,
  unauthorised: 0,
});

const NAMESPACE = "Asterism";

const METRICS = {
  published: "Published",
  starred: "Starred",
  duplicate: "DedupHit",
  refused: "Refused",
  failed: "Failed",
  ignored: "Ignored",
  deferred: "Deferred",
  quarantined: "Quarantined",
  retried: "Retried",
  denied: "Denied",
  unauthorised: "Unauthorised",
} as const satisfies Record<Count, string>;

/** An invocation as an embedded metric document; the other fields stay searchable beside the metrics. */
function toMetrics(entry: Invocation, now: number, functionName: string): Record<string, unknown> {
  const { counts, ...fields } = entry;
  const values = Object.fromEntries(Object.entries(METRICS).map(([count, name]) => [name, counts[count as Count]]));
  const delays = {
    DurationMs: entry.durationMs,
    ...(entry.oldestMs !== undefined && { OldestItemAgeMs: entry.oldestMs }),
  };
  const Metrics = [
    ...Object.keys(values).map((Name) => ({ Name, Unit: "Count" })),
    ...Object.keys(delays).map((Name) => ({ Name, Unit: "Milliseconds" })),
  ];
  return {
    ...fields,
    ...values,
    ...delays,
    FunctionName: functionName,
    _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [["FunctionName"]], Metrics }] },
  };
}

/** The log of production: each entry is a line on standard output. */
export function createJsonLog(write: (line: string) => void, now: () => number, functionName = "asterism"): Log {
  return (entry) => {
    const line = entry.event === "invocation" ? toMetrics(entry, now(), functionName) : entry;
    write(`${JSON.stringify(line)}\n`);
  };
}

/** One entry as a line for people. */
export function formatDecision(entry: LogEntry): string {
  return entry.event === "decision" ? decisionLine(entry) : invocationLine(entry);
}

function decisionLine(entry: Decision): string {
  const stars = entry.starred ?? 0;
  const verb = entry.decision === "published" && stars > 0 ? `published, ${stars} starred` : entry.decision;
  return [
    verb.padEnd(20),
    entry.author ?? "-",
    entry.channel === undefined ? "" : `in ${entry.channel}`,
    entry.delayMs === undefined ? "" : `after ${entry.delayMs} ms`,
    entry.reason === undefined ? "" : `(${entry.reason})`,
    (entry.attempts ?? 1) > 1 ? `${entry.attempts} attempts` : "",
    entry.quarantined === true ? "quarantined" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function invocationLine(entry: Invocation): string {
  const counts = Object.entries(entry.counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  const reason = entry.reason === undefined ? [] : [entry.reason];
  return `answered ${entry.status}`.padEnd(20) + [` in ${entry.durationMs} ms`, ...reason, ...counts].join(", ");
}
