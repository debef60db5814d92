/** The two packages, packed and installed into empty projects: every Node, TypeScript as it comes, a browser bundle. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installNodes, type Packed, Project, pack, ROOT } from "./project.ts";

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const NODES = ["node20", "node22", "node24"];

const folder = mkdtempSync(join(tmpdir(), "asterism-packed-"));
const engine = new Project();
const broker = new Project();
const binaries = new Project();
let packed: Packed;
let nodes: Record<string, string>;

beforeAll(async () => {
  packed = await pack(folder);
  await engine.install(packed.engine);
  await broker.install(packed.broker);
  nodes = await installNodes(binaries);
});

afterAll(() => {
  for (const project of [engine, broker, binaries]) project.remove();
  rmSync(folder, { recursive: true });
});

/** The compiler in a project with the options that `tsc --init` writes, and the libraries checked too. */
const STRICT = JSON.stringify({
  compilerOptions: {
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
});

async function compile(project: Project, name: string, text: string): Promise<void> {
  project.write(`${name}.ts`, text);
  project.write("tsconfig.json", STRICT);
  expect(await project.run(process.execPath, [TSC, "-p", "."])).toEqual({ code: 0, output: "" });
  rmSync(join(project.folder, "tsconfig.json"));
  const plain = [TSC, "--noEmit", "--skipLibCheck", "false", `${name}.ts`];
  expect(await project.run(process.execPath, plain)).toEqual({ code: 0, output: "" });
}

describe("the engine", () => {
  const USE = `
    import { createModerator } from "@asterism/moderation";
    const { moderate } = createModerator({ words: ["potato"] });
    console.log(moderate("p0tato!").text);
  `;

  test("is one package, without dependencies", () => {
    expect(engine.packages()).toEqual(["node_modules/@asterism/moderation"]);
  });

  test.each(NODES)("runs on %s, imported or required", async (node) => {
    engine.write("use.mjs", USE);
    engine.write("use.cjs", USE.replace(/import (.*) from (.*);/, "const $1 = require($2);"));
    for (const file of ["use.mjs", "use.cjs"]) {
      const { code, output } = await engine.run(nodes[node] ?? node, ["--no-warnings", file]);
      expect({ node, file, code, output }).toEqual({ node, file, code: 0, output: "******!\n" });
    }
  });

  test("has types for TypeScript as it comes", async () => {
    await compile(
      engine,
      "use",
      `import { createModerator, type Match, type Moderator, parseWordList } from "@asterism/moderation";
       const { words, allow } = parseWordList("potato\\n!potato salad");
       const moderator: Moderator = createModerator({ words, allow });
       const matches: readonly Match[] = moderator.moderate("potato").matches;
       export const starts: number[] = matches.map(({ start }) => start);`,
    );
  });

  test("fits into a browser bundle that has nothing of Node", async () => {
    engine.write("page.js", USE.replace("console.log", "globalThis.said = "));
    const { outputFiles } = await build({
      absWorkingDir: engine.folder,
      entryPoints: ["page.js"],
      bundle: true,
      platform: "browser",
      format: "iife",
      minify: true,
      write: false,
    });
    const browser: { said?: string } = createContext({ atob });
    runInContext(outputFiles[0]?.text ?? "", browser);
    expect(browser.said).toBe("******!");
  });
});

/** What keeps the data of a broker, with what it needs. */
const LEVEL_DB = [
  ...["classic-level", "abstract-level", "level-supports", "level-transcoder", "module-error", "maybe-combine-errors"],
  ...["node-gyp-build", "napi-macros", "buffer", "base64-js", "ieee754", "is-buffer"],
];

describe("the broker", () => {
  const USE = `
    import { startBroker } from "@asterism/broker";
    const main = async () => {
      const one = await startBroker();
      const two = await startBroker({ key: "mine.root:hush", data: "./data" });
      const auth = "Basic " + btoa(two.key);
      const answer = await fetch(two.url + "/channels/room/messages", { headers: { authorization: auth } });
      console.log(one.port !== two.port, two.key, answer.status);
      await one.stop();
      await two.stop();
    };
    main();
  `;

  test("is one package beside the types of Node, and LevelDB with what that needs", () => {
    const own = ["@asterism/broker", "@types/node", "undici-types"];
    const names = broker.packages().map((path) => path.replace("node_modules/", ""));
    expect(names.filter((name) => !LEVEL_DB.includes(name)).sort()).toEqual(own);
  });

  test.each(NODES)("runs on %s, imported or required, and lets the process end", async (node) => {
    broker.write("use.mjs", USE);
    broker.write("use.cjs", USE.replace(/import (.*) from (.*);/, "const $1 = require($2);"));
    for (const file of ["use.mjs", "use.cjs"]) {
      const { code, output } = await broker.run(nodes[node] ?? node, ["--no-warnings", file]);
      expect({ node, file, code }).toEqual({ node, file, code: 0 });
      expect(output).toContain("true mine.root:hush 200\n");
    }
  });

  test("has types for TypeScript as it comes", async () => {
    await compile(
      broker,
      "use",
      `import { type RuleSpec, type StartedBroker, startBroker } from "@asterism/broker";
       const rule: RuleSpec = {
         id: "hook",
         requestMode: "single",
         source: { type: "channel.message", channelFilter: "^orders$" },
         target: { url: "http://127.0.0.1:9999/", format: "json" },
       };
       export const started: Promise<StartedBroker> = startBroker({ rules: [rule], namespaces: [{ id: "notes" }] });`,
    );
  });

  test("brings its command", async () => {
    const help = await broker.run(join(broker.folder, "node_modules/.bin/asterism-broker"), ["--help"]);
    expect(help.code).toBe(0);
    expect(help.output).toContain("--rules rules.json");
  });

  test("brings the licenses of the libraries in it", () => {
    const licenses = readFileSync(join(broker.folder, "node_modules/@asterism/broker/dist/licenses.txt"), "utf8");
    for (const name of ["jose", "msgpackr", "undici", "ws", "zod"])
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});

/** "less than 5 MB" in a README, and what was measured just now. */
describe.each([
  ["engine", "lambda/moderation/README.md", engine],
  ["broker", "server/broker/README.md", broker],
])("the README of the %s", (_name, path, project) => {
  const readme = readFileSync(join(ROOT, path), "utf8");

  test("says what it costs to install", () => {
    const [, packages, megabytes] = /(\d+) packages?, less than ([\d.]+) MB/.exec(readme) ?? [];
    expect(Number(packages)).toBe(project.packages().length);
    expect(project.megabytes()).toBeLessThan(Number(megabytes));
    expect(project.megabytes()).toBeGreaterThan(Number(megabytes) / 2);
  });

  test("is one screen", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });
});
