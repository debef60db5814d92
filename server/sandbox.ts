/** `npm run sandbox`: the broker by itself, as a sandbox for test suites of SDKs. */
import { runAsCommand, UsageError } from "../lambda/commands/run-as-command.ts";
import { startSandbox } from "./broker/sandbox.ts";
import { endWithNpm } from "./end-with-npm.ts";

async function main({ port, host }: { readonly port: string; readonly host: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(port)}.`);
  }
  const { url, close } = await startSandbox({ port: Number(port), host });
  process.stdout.write(`sandbox on ${url}\n`);
  const stop = () => void close();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  endWithNpm(stop);
}

await runAsCommand(import.meta.url, {
  name: "sandbox",
  does: "Starts the embedded broker by itself, as a sandbox for the test suites of Ably's SDKs:\nPOST /apps makes an app with keys of its own, DELETE /apps/:id ends it, POST /stats is taken.",
  options: {
    port: { type: "string", default: "9010", value: "PORT", says: "9010 by default; 0 takes any free port" },
    host: { type: "string", default: "127.0.0.1", value: "HOST", says: "127.0.0.1 by default" },
  },
  run: main,
});
