/**
 * What the function says about its work: one entry for each decision and one for each invocation, as JSON lines. Ids,
 * delays and reasons, never text. The entry of an invocation is also a CloudWatch embedded metric document, so it must
 * reach the log as it is: by `process.stdout.write`, not by `console.log`, which the runtime wraps.
 */
import { type Figures, metricsOf } from "./metrics.ts";

/** What was decided about one message. */
export interface DecisionEntry {
  readonly event: "decision";
  readonly requestId: string;
  readonly decision: "published" | "duplicate" | "held" | "refused" | "failed" | "ignored" | "deferred";
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
interface InvocationEntry extends Figures {
  readonly event: "invocation";
  readonly requestId: string;
  readonly status: number;
  readonly reason?: string | undefined;
  readonly coldStart: boolean;
}

/** Something about the store that somebody should look at. */
interface StoreEntry {
  readonly event: "store";
  readonly fault: string;
}

export type LogEntry = DecisionEntry | InvocationEntry | StoreEntry;
export type Log = (entry: LogEntry) => void;

/** The log of production: each entry is a line on standard output. */
export function createJsonLog(write: (line: string) => void, now: () => number, functionName = "asterism"): Log {
  return (entry) => {
    const line = entry.event === "invocation" ? withMetrics(entry, now(), functionName) : entry;
    write(`${JSON.stringify(line)}\n`);
  };
}

function withMetrics(entry: InvocationEntry, now: number, functionName: string): Record<string, unknown> {
  const { counts, ...fields } = entry;
  return { ...fields, ...metricsOf(entry, now, functionName) };
}

/** One entry as a line for people. */
export function formatDecision(entry: LogEntry): string {
  if (entry.event === "store") return `the store fails      (${entry.fault})`;
  return entry.event === "decision" ? decisionLine(entry) : invocationLine(entry);
}

function decisionLine(entry: DecisionEntry): string {
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

function invocationLine(entry: InvocationEntry): string {
  const counts = Object.entries(entry.counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  const reason = entry.reason === undefined ? [] : [entry.reason];
  return `answered ${entry.status}`.padEnd(20) + [` in ${entry.durationMs} ms`, ...reason, ...counts].join(", ");
}
