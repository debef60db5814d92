/** What happened, one line each. Callers pass ids and codes, never message texts, keys or tokens. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
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
