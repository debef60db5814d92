import { fileURLToPath } from "node:url";

/** Runs `main` when the module is the program itself; what it throws is a sentence for the person at the terminal. */
export async function runAsCommand(moduleUrl: string, main: () => Promise<void>): Promise<void> {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "unknown error"}\n`);
    process.exitCode = 1;
  }
}
