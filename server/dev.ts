/**
 * `npm run dev`: the product, started anew when its source changes. A change builds the page again, and an open page
 * reloads when it sees another document.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";
import { config as loadDotenv } from "dotenv";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";
import { buildPage } from "../public/build.ts";
import { endWithNpm } from "./end-with-npm.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = "public";
const WATCHED = [PAGE, "server", "lambda"];
/** Editors write a file in several steps; they are one change. */
const SETTLE_MS = 100;
/** A browser keeps its connections open for longer than anybody wants to wait for a change. */
const PATIENCE_MS = 500;

let product: ChildProcess | null = null;
let changed = new Set<string>();
let settling: NodeJS.Timeout | null = null;
let work = Promise.resolve();

function say(text: string): void {
  process.stdout.write(`dev: ${text}\n`);
}

async function build(): Promise<void> {
  try {
    await buildPage(undefined, { dev: true });
  } catch {
    say("the page cannot be built; waiting for the next change"); // esbuild has said why
  }
}

function start(): void {
  product = spawn(process.execPath, ["--import", "tsx", "server/main.ts"], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

async function stop(): Promise<void> {
  const ending = product;
  product = null;
  if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
  const ended = once(ending, "exit");
  ending.kill("SIGTERM");
  const timer = setTimeout(() => ending.kill("SIGKILL"), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

async function update(folders: ReadonlySet<string>): Promise<void> {
  const isServer = [...folders].some((folder) => folder !== PAGE);
  say(`${[...folders].join(", ")} changed`);
  if (isServer) {
    await stop();
    start();
  }
  await build();
}

function noteChange(folder: string, file: string | null): void {
  if (file === null || /(^|[/\\])(build|\.|node_modules)/.test(file) || file.endsWith("~")) return;
  changed.add(folder);
  if (settling !== null) clearTimeout(settling);
  settling = setTimeout(() => {
    const folders = changed;
    changed = new Set();
    work = work.then(() => update(folders));
  }, SETTLE_MS);
}

await runAsCommand(import.meta.url, {
  name: "dev",
  does: "Runs the product to work on it: a change of the page's source builds the page again and reloads it in the\nbrowser, a change of the server's or the function's starts the server anew.",
  async run() {
    loadDotenv({ quiet: true });
    await build();
    start();
    for (const folder of WATCHED) {
      watch(`${ROOT}${folder}`, { recursive: true }, (_event, file) => noteChange(folder, file));
    }
    const end = () => void stop().then(() => process.exit(0));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
    endWithNpm(end);
  },
});
