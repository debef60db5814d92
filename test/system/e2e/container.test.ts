/**
 * The steps of the Dockerfile, one after the other, in empty folders. No container engine builds it here: what is proven is
 * that the steps work and that what they leave runs, not the base image, the user or the network of a container.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { length } from "../../helpers/length.ts";
import { enter } from "../../helpers/visitor.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const disk = mkdtempSync(join(tmpdir(), "asterism-container-"));

interface Step {
  readonly verb: string;
  readonly rest: string;
}
const steps: Step[] = readFileSync(join(root, "Dockerfile"), "utf8")
  .split("\n")
  .filter((line) => /^[A-Z]/.test(line))
  .map((line) => ({ verb: line.split(" ", 1)[0] ?? "", rest: line.slice(line.indexOf(" ") + 1) }));
const last = steps.slice(steps.findLastIndex(({ verb }) => verb === "FROM"));
const inLast = (verb: string): string => last.find((step) => step.verb === verb)?.rest ?? "";

/** The container's own settings, with a free port and the folders of this disk. */
let environment: Record<string, string> = {};
let workdir = "";
let server: ChildProcess | undefined;
let output = "";

/** What a stage sees as `/`. */
const stageRoot = (name: string): string => join(disk, name);

function build(): void {
  let stage = "";
  for (const { verb, rest } of steps) {
    if (verb === "FROM") stage = stageRoot(/ AS (\w+)$/.exec(rest)?.[1] ?? "final");
    else if (verb === "WORKDIR") {
      workdir = join(stage, rest);
      mkdirSync(workdir, { recursive: true });
    } else if (verb === "COPY") copy(rest);
    else if (verb === "RUN") run(rest);
    else if (verb === "ENV") environment = Object.fromEntries(rest.split(" ").map((pair) => pair.split("=", 2)));
  }
}

function copy(rest: string): void {
  const [first = "", ...others] = rest.split(" ");
  const from = /^--from=(\w+)$/.exec(first)?.[1];
  const paths = from === undefined ? [first, ...others] : others;
  const target = paths.pop() ?? "";
  const source = from === undefined ? root : stageRoot(from);
  const files = paths.flatMap((path) => (path === "." ? context() : [path]));
  for (const file of files) {
    const isFolder = target.endsWith("/") || target === ".";
    const kept = from === undefined && paths.includes(".") ? file : (file.split("/").at(-1) ?? "");
    cpSync(join(source, file), join(workdir, isFolder ? join(target, kept) : target), { recursive: true });
  }
}

/** What the build is given: the checkout without what .dockerignore names, none of which is tracked. */
function context(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  return listed
    .toString()
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(root, file)));
}

function run(command: string): void {
  if (command.includes("chown")) return void mkdirSync(join(workdir, "data"));
  if (command === "npm ci --no-audit --no-fund" && length(1, 0) === 1) {
    // This checkout has just been installed from the same lock file; a long run installs anew.
    symlinkSync(join(root, "node_modules"), join(workdir, "node_modules"));
    return;
  }
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, npm_config_prefer_offline: "true" };
  execFileSync("sh", ["-c", command], { cwd: workdir, env, stdio: ["ignore", "pipe", "pipe"] });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

beforeAll(async () => {
  build();
  environment = {
    ...environment,
    HOST: "127.0.0.1",
    PORT: String(await freePort()),
    LOCAL_DATA: join(workdir, "data"),
    METRICS_PORT: "0",
  };
  const [program = "", ...args] = JSON.parse(inLast("CMD")) as string[];
  server = spawn(program, args, { cwd: workdir, env: { PATH: process.env.PATH, ...environment } });
  server.stderr?.on("data", (chunk) => (output += chunk));
  for await (const chunk of server.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    output += String(chunk);
    if (output.includes('"event":"started"')) break;
  }
}, 300_000);

afterAll(async () => {
  if (server?.exitCode === null) {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
  rmSync(disk, { recursive: true, force: true });
});

test("leave a server that starts, is healthy and shows its page", async () => {
  const events = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  expect(events).toEqual(["metrics", "started"]); // what is loaded late is there too
  const check = inLast("HEALTHCHECK").replace(/^.* CMD /, "");
  execFileSync("sh", ["-c", check], { env: { PATH: process.env.PATH, ...environment } });
  const page = await (await fetch(`http://127.0.0.1:${environment.PORT}/`)).text();
  const script = /src="(\/assets\/main-[^"]+)"/.exec(page)?.[1];
  expect((await fetch(`http://127.0.0.1:${environment.PORT}${script}`)).status).toBe(200);
});

test("leave a server that moderates", async () => {
  const visitor = await enter(`http://127.0.0.1:${environment.PORT}`, { name: "Ann" });
  await visitor.say("I like Potato");
  await visitor.until("the message", (seen) => seen.length === 1);
  expect(visitor.seen[0]?.text).toBe("I like ******");
  await visitor.close();
});

test("leave neither source nor what only development needs", () => {
  expect(readdirSync(workdir).sort()).toEqual(["data", "dist", "node_modules", "package.json"]);
  for (const tool of ["tsx", "esbuild", "typescript", "vitest"]) {
    expect(existsSync(join(workdir, "node_modules", tool))).toBe(false);
  }
});

test("end with a user who has no rights, a health check and a small base", () => {
  expect(inLast("USER")).toBe("node");
  expect(inLast("HEALTHCHECK")).not.toBe("");
  expect(inLast("FROM")).toMatch(/-slim$/);
  expect(dirname(workdir)).toBe(stageRoot("final"));
});
