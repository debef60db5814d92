/** What happened, one line each: for people on a terminal, as JSON everywhere else. */
import type { LogEntry } from "../lambda/log.ts";

/** Callers pass ids and codes, never message texts, names, keys or tokens. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** What the function decided; a sentence of `info` where this is missing. */
  readonly decision?: (entry: LogEntry) => void;
  /** A request that was answered; not told where this is missing. */
  readonly request?: (fields: LogFields) => void;
}

type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

function line(event: string, fields: LogFields = {}): string {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [event, ...pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(" ");
}

/** Readable lines for a terminal. */
export const terminalLog: Log = {
  info: (event, fields) => process.stdout.write(`${line(event, fields)}\n`),
  error: (event, fields) => process.stderr.write(`${line(event, fields)}\n`),
};

/** One JSON object a line, all to one stream, so that their order is theirs. */
export function createJsonLog(write: (line: string) => void, now: () => number): Log {
  const put = (level: "info" | "error", fields: object) =>
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, ...fields })}\n`);
  return {
    info: (event, fields) => put("info", { event, ...fields }),
    error: (event, fields) => put("error", { event, ...fields }),
    decision: (entry) => put("info", entry),
    request: (fields) => put("info", { event: "request", ...fields }),
  };
}
