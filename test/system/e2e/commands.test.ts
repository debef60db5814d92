/** Every script of package.json as somebody meets it who does not know it: `--help`, and an option that it has not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const PATH = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);

const all = Object.entries(scripts).map(([name, script]) => ({ name, script }));

/** What a developer's own `.env` says must not matter. */
const BLANK = { ABLY_ACCESS_TOKEN: "", ABLY_API_KEY: "", ABLY_APP_ID: "", ABLY_CONTROL_URL: "" };

/** What npm does for `npm run NAME -- ARGUMENT`, without npm. */
async function run(script: string, argument: string, env: Record<string, string> = {}) {
  const child = spawn(`${script} ${argument}`, { cwd: root, shell: true, env: { PATH, CI: "true", ...BLANK, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

test("npm runs nothing before or after a script, which would not know of --help", () => {
  const around = Object.keys(scripts).filter((name) => /^(pre|post)/.test(name));
  expect(around).toEqual([]);
});

describe.concurrent("every script", () => {
  test.each(all)("$name --help says what it is for and does nothing else", async ({ name, script }) => {
    const { code, stdout, stderr } = await run(script, "--help");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^usage: npm (run )?${name} --.*\\n\\n\\S`));
    expect(stdout).toMatch(/\n {2}--help +\S.*\n$/);
  });

  test.each(all)("$name refuses an unknown option with a hint", async ({ name, script }) => {
    const { code, stdout, stderr } = await run(script, "--nonsense");
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^${name} has no option --nonsense\\..*\\nTry: npm (run )?${name} -- --help\\n$`),
    );
  });
});

describe.concurrent("mistakes", () => {
  test.each([
    ["sandbox", "--prot 9010", "Did you mean --port?"],
    ["sandbox", "--port http", "--port takes a number"],
    ["sandbox", "--port", "argument missing"],
    ["test", "--projct unit", "Did you mean --project?"],
    ["lint", "--wriet", "Did you mean --write?"],
    ["faults", "--seed x", "--seed takes a whole number"],
    ["bench", "brokr", "There is no bench of the name brokr"],
    ["explain", "", "explain needs a text"],
    ["start", "now", 'start takes no words of its own, and there is "now"'],
    ["ably:setup", "", "set ABLY_ACCESS_TOKEN"],
  ])("%s %s is told in a sentence", async (name, argument, sentence) => {
    const { code, stdout, stderr } = await run(scripts[name] ?? "", argument);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe("");
    expect(code).toBeGreaterThan(0);
  });
});

test("test takes files and the options of Vitest, written in either way", async () => {
  const { code, stdout } = await run(
    scripts.test ?? "",
    "test/lambda/log.test.ts --max-workers=1 --no-file-parallelism --reporter json",
  );
  expect(JSON.parse(stdout)).toMatchObject({ success: true });
  expect(code).toBe(0);
});

test("ably:setup --dry-run says without a token what it would do", async () => {
  const { code, stdout } = await run(scripts["ably:setup"] ?? "", "--dry-run --url https://function.example/");
  expect(code).toBe(0);
  expect(stdout).toContain('would create key "asterism tokens"');
  expect(stdout).toContain('would create namespace "chat"');
  expect(stdout).toMatch(/would create the batch rule from \S+ to https:\/\/function.example\//);
});

test("ably:setup says in a sentence that there is no network", async () => {
  const env = { ABLY_ACCESS_TOKEN: "token", ABLY_APP_ID: "app", ABLY_CONTROL_URL: "http://127.0.0.1:1/v1" };
  const { code, stderr } = await run(scripts["ably:setup"] ?? "", "", env);
  expect(stderr).toBe("unable to reach Ably's Control API at 127.0.0.1:1; is there a network?\n");
  expect(code).toBe(1);
});

test("explain reads the word list from the same .env as the function", async () => {
  const folder = await mkdtemp(join(tmpdir(), "asterism-explain-"));
  try {
    await writeFile(join(folder, ".env"), "BANNED_WORDS=turnip\n");
    const script = `node --import ${pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href} ${join(root, "lambda/commands/explain.ts")}`;
    expect((await run(script, '"a turnip, a potato"', { DOTENV_CONFIG_PATH: join(folder, ".env") })).stdout).toMatch(
      /^a \*{6}, a potato\n/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
