/** A broker's process that can be killed and started again on the same port with the same data. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "../../../..");

/** One file of JavaScript, because a thousand starts should not compile a thousand times. */
async function bundled(): Promise<{ folder: string; program: string }> {
  const folder = mkdtempSync(join(ROOT, "node_modules/.restarts-"));
  const program = join(folder, "broker.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "broker-process.ts")],
    outfile: program,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return { folder, program };
}

export class Victim {
  port = 0;
  readonly #folder: string;
  readonly #program: string;
  readonly #target: string;
  #process: ChildProcess | undefined;

  private constructor({ folder, program }: { folder: string; program: string }, target: string) {
    this.#folder = folder;
    this.#program = program;
    this.#target = target;
  }

  /** `target`: where its rules post to. */
  static async make(target: string): Promise<Victim> {
    return new Victim(await bundled(), target);
  }

  async start(): Promise<void> {
    const args = [this.#program, join(this.#folder, "data"), String(this.port), this.#target];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let said = "";
    child.stderr.on("data", (text) => {
      said += String(text);
    });
    const [line] = await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(([code]) => {
        throw new Error(`the broker did not start (${code}): ${said}`);
      }),
    ]);
    this.port = Number(String(line));
  }

  /** SIGKILL, which nobody hears. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Takes its data away. */
  forget(): void {
    rmSync(join(this.#folder, "data"), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
