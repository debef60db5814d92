#!/usr/bin/env node
/** The command `asterism-broker`: one broker with a fixed key, until it is stopped. */
import { parseArgs } from "node:util";
import { readRules } from "./rules-file.ts";
import { DEFAULT_KEY, startBroker } from "./start-broker.ts";

const DEFAULT_PORT = "9010";

const HELP = `asterism-broker: an Ably-compatible broker on this machine

  --port 9010            where it listens; 0 takes any free port
  --host 127.0.0.1       on which address; 0.0.0.0 lets other machines in
  --key ${DEFAULT_KEY}   the key, which may do everything
  --rules rules.json     webhook rules and channel rules
  --data ./data          a folder for what outlives a restart; in memory when not given
  --frames               prints every frame of every connection, keys and tokens left out
  --help                 this

Clients:  new Ably.Realtime({ key: "${DEFAULT_KEY}", endpoint: "127.0.0.1", port: 9010, tls: false })
`;

const OPTIONS = {
  port: { type: "string", default: DEFAULT_PORT },
  host: { type: "string", default: "127.0.0.1" },
  key: { type: "string", default: DEFAULT_KEY },
  rules: { type: "string" },
  data: { type: "string" },
  frames: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** A mistake in how the command was called. */
class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new UsageError(`${sentence}; the options are ${known.join(", ")}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, not ${text}`);
  return port;
}

async function main(): Promise<void> {
  const { help, host, key, ...values } = readArguments();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const port = portOf(values.port);
  const { rules, namespaces } =
    values.rules === undefined ? { rules: [], namespaces: [] } : await readRules(values.rules);
  const { data, frames } = values;
  const broker = await startBroker({ port, host, key, rules, namespaces, frames, ...(data !== undefined && { data }) });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void broker.stop());
  const options = `{ key: "${broker.key}", endpoint: "${broker.endpoint}", port: ${broker.port}, tls: false }`;
  process.stdout.write(`The broker is at ${broker.url}; clients connect with ${options}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
