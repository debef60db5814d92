/** `npm test`, `npm run lint` and their like: programs of others, with help of our own and mistakes told in a sentence. */
import { spawnSync } from "node:child_process";
import { asksForHelp, helpOf, mistakenOption, tryHelp } from "../lambda/commands/run-as-command.ts";

/** What a script of `package.json` runs. */
interface Run {
  readonly does: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How the program lists its options. */
  readonly help: readonly string[];
}

const vitest = { program: "vitest", help: ["--help", "--expand-help"] };
const biome = { program: "biome", help: ["check", "--help"] };

const RUNS: Readonly<Record<string, Run>> = {
  test: {
    ...vitest,
    does: "Runs every test: unit, dom, broker, system and packages, one project after the other.",
    args: ["run"],
  },
  "test:unit": {
    ...vitest,
    does: "Runs the fast tests, without the broker, whole programs and browsers.",
    args: ["run", "--project", "unit", "--project", "dom"],
  },
  "test:long": {
    ...vitest,
    does: "Runs the tests with random input at their full length.",
    args: ["run", "test/system/hostile", "test/system/faults"],
    env: { TEST_LENGTH: "long" },
  },
  screenshots: {
    ...vitest,
    does: "Takes the pictures of the page and of the desk that README and docs show.",
    args: ["run", "screenshots.test.ts"],
    env: { SCREENSHOTS: "1" },
  },
  "test:mutation": {
    program: "stryker",
    help: ["run", "--help"],
    does: "Changes the code in small ways and tells which changes no test notices.\nWith --mutate 'lambda/store/*.ts' only there; without it takes hours.",
    args: ["run", "test/mutation/stryker.config.mjs"],
  },
  types: {
    program: "tsc",
    help: ["--help", "--all"],
    does: "Checks the types of every program and of the tests.",
    args: ["-b", ".", "public", "test/system/browser", "lambda/moderation", "--noEmit"],
  },
  lint: { ...biome, does: "Checks the rules and the format of every file.", args: ["check", "."] },
  fix: {
    ...biome,
    does: "Formats every file, and mends what breaks a rule and can be mended safely.",
    args: ["check", "--write", "."],
  },
};

const [name = "", ...given] = process.argv.slice(2);
const run = RUNS[name];
if (run === undefined) throw new Error(`test/run.ts runs no ${JSON.stringify(name)}`);

if (asksForHelp(given)) {
  const takes = `Takes the options of ${run.program}: npx ${[run.program, ...run.help].join(" ")}`;
  process.stdout.write(helpOf({ name, does: `${run.does}\n${takes}`, words: "[OPTION ...]" }));
} else {
  const mistake = mistakeIn(run, given);
  if (mistake === undefined) process.exitCode = start(run.program, [...run.args, ...given], run.env).status ?? 1;
  else {
    process.stderr.write(`${mistake}\n${tryHelp({ name })}\n`);
    process.exitCode = 2;
  }
}

function start(program: string, args: readonly string[], env: Run["env"] = {}, stdio: "inherit" | "pipe" = "inherit") {
  const shell = process.platform === "win32";
  return spawnSync(program, args, { stdio, shell, encoding: "utf8", env: { ...process.env, ...env } });
}

/** An option that the program's own help does not list. */
function mistakeIn({ program, help }: Run, args: readonly string[]): string | undefined {
  const options = args.filter((arg) => arg.startsWith("-")).map((arg) => arg.split(/[=.]/)[0] ?? arg);
  if (options.length === 0) return undefined;
  const listed = start(program, help, {}, "pipe").stdout.match(/(?<![\w-])--?[A-Za-z][\w-]*/g) ?? [];
  const known = new Set(listed.map(plain));
  const unknown = options.find((option) => !known.has(plain(option)));
  if (unknown === undefined) return undefined;
  const long = listed.filter((option) => option.startsWith("--")).map((option) => option.slice(2));
  return mistakenOption(name, unknown, long);
}

/** `--no-file-parallelism` and `--fileParallelism` are one option. */
function plain(option: string): string {
  return option
    .replace(/^--no-/, "--")
    .replace(/(?<=\w)-/g, "")
    .toLowerCase();
}
