/** `npm start` as its user meets it: the process, its words and its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { enter } from "../../helpers/visitor.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(env: Record<string, string>, command = [process.execPath, "--import", "tsx", "server/main.ts"]): Run {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, output: () => output, ended };
}

/** The address that a started product announces. */
async function address(run: Run): Promise<string> {
  for await (const _ of run.child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    const url = /http:\/\/\S+/.exec(run.output())?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`it ended without an address: ${run.output()}`);
}

describe("npm start", () => {
  test("announces its address and mode, answers, and ends cleanly on SIGTERM", async () => {
    const run = start({ PORT: "0", LOCAL_DATA: "memory" });
    const url = await address(run);
    expect(run.output()).toContain("local mode");
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok", mode: "local" });
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: "ready", mode: "local" });
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
  });

  test("what was accepted before its process was killed is moderated and shown after the next start", async () => {
    const LOCAL_DATA = mkdtempSync(join(tmpdir(), "asterism-"));
    const first = start({ PORT: "0", LOCAL_DATA, LOCAL_RULE_MODE: "batch", LOCAL_BATCH_INTERVAL_MS: "60000" });
    const ann = await enter(await address(first), { name: "Ann" });
    await ann.say("a potato for later", "ann-0");
    first.child.kill("SIGKILL");
    await first.ended;
    expect(ann.seen).toEqual([]);
    await ann.close();
    const second = start({ PORT: "0", LOCAL_DATA, LOCAL_BATCH_INTERVAL_MS: "0" });
    const bob = await enter(await address(second), { name: "Bob" });
    const shown = async () => (await bob.client.channels.get("chat:to-clients").history()).items;
    await expect.poll(async () => (await shown()).length, { timeout: 20_000 }).toBe(1);
    expect(await shown()).toMatchObject([{ data: "a ****** for later", clientId: ann.clientId }]);
    await bob.close();
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    rmSync(LOCAL_DATA, { recursive: true });
  });

  test.skipIf(process.platform === "win32").each(["start.ts", "dev.ts", "sandbox.ts --port 0"])(
    "server/%s ends when a signal ends npm's shell and nobody passes it on",
    async (program) => {
      const command = `"${process.execPath}" --import tsx server/${program}; true`;
      const run = start({ PORT: "0", LOCAL_DATA: "memory", npm_lifecycle_event: "start" }, ["sh", "-c", command]);
      await address(run);
      const outputEnds = once(run.child, "close");
      run.child.kill("SIGTERM");
      await outputEnds;
    },
  );

  test("writes JSON lines alone when nobody reads along on a terminal", async () => {
    const run = start({ PORT: "0", LOCAL_DATA: "memory" });
    const url = await address(run);
    const { headers } = await fetch(`${url}/nowhere`);
    await expect.poll(run.output).toContain(headers.get("x-request-id"));
    const events = run
      .output()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(["started", "request"]);
  });

  test("goes on when whoever read its log is gone", async () => {
    const run = start({ PORT: "0", LOCAL_DATA: "memory" });
    const url = await address(run);
    run.child.stdout?.destroy();
    for (let n = 0; n < 3; n++) expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
  });

  test("says which port is taken and what to do", async () => {
    const first = start({ PORT: "0", LOCAL_DATA: "memory" });
    const { port } = new URL(await address(first));
    const second = start({ PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output()).toBe(`Port ${port} is in use; stop the program that has it or set PORT to another one.\n`);
  });

  test("keeps its defaults with a copied .env.example, whose variables are blank", async () => {
    const names = readFileSync(`${root}/.env.example`, "utf8").matchAll(/^([A-Z_]+)=$/gm);
    const run = start({
      ...Object.fromEntries([...names].map(([, name]) => [name, ""])),
      PORT: "0",
      LOCAL_DATA: "memory",
    });
    await address(run);
    expect(run.output()).toContain("local mode");
  });

  test("stops at a bad environment with sentences and without a stack or a secret", async () => {
    const run = start({ PORT: "http", ABLY_API_KEY: "s3cr3t" });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("PORT must be a whole number");
    expect(run.output()).toContain("ABLY_API_KEY is not an Ably key");
    expect(run.output()).not.toMatch(/s3cr3t|at .*\.ts/);
  });

  test("stops at a bad word list", async () => {
    const run = start({ PORT: "0", LOCAL_DATA: "memory", BANNED_WORDS: "," });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("BANNED_WORDS");
    expect(run.output()).not.toMatch(/at .*\.ts/);
  });

  test("needs a way to verify webhooks beside an Ably key, or serves none", async () => {
    const run = start({ PORT: "0", LOCAL_DATA: "memory", ABLY_API_KEY: "app.key:secret" });
    const url = await address(run);
    expect((await fetch(`${url}/lambda`, { method: "POST", body: "{}" })).status).toBe(404);
  });
});
