/** The product as a process of its own, as `npm start` runs it, behind a proxy that tells everybody's address. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

export interface Ground {
  readonly origin: string;
  readonly process: ChildProcess;
  /** Bytes of what the function could not deliver and kept. */
  kept(): Promise<number>;
  /** What it has logged as an error so far. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Starts a fresh product; nothing of it stays. */
export async function openGround(environment: Readonly<Record<string, string>> = {}): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "asterism-arena-"));
  const quarantine = join(folder, "quarantine.jsonl");
  const child = spawn(process.execPath, ["--import", "tsx", "server/main.ts"], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOCAL_DATA: "memory",
      TRUST_PROXY: "loopback",
      QUARANTINE_URL: `file://${quarantine}`,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const origin = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += said.length < 10_000 ? chunk : "";
      const url = /http:\/\/[^\s"]+/.exec(said)?.[0];
      if (url !== undefined) resolve(url.replace("localhost", "127.0.0.1"));
    });
    child.once("exit", (code) => reject(new Error(`the product ended with ${code}: ${said}${errors.join("")}`)));
  });
  return {
    origin,
    process: child,
    errors,
    kept: async () => (await stat(quarantine).catch(() => ({ size: 0 }))).size,
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
