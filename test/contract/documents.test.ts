/** What the documents name exists: links, headings, files, npm scripts, variables. The README stays a door. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { REASONS } from "../../lambda/decide/reasons.ts";
import { metricsOf, noCounts } from "../../lambda/metrics.ts";

const ROOT = join(import.meta.dirname, "../..");
const README_LINES = 110;

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
/** Every file under a folder of the project, and those that lie in its root. */
const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: folder !== ".", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist|build|runtime\/runtime)\//.test(path));

const files = [".", ".ci", ".github", "docs", "lambda", "server", "public", "test"].flatMap(filesUnder);
const documents = files.filter((path) => path.endsWith(".md") && !path.startsWith("test/"));

/** The address of a heading as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
const anchorsIn = (text: string): string[] =>
  [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ""));
const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? "")),
];
const linksIn = (path: string): string[] =>
  found(withoutCode(read(path)), /\]\(([^)\s]+)\)/g).filter((link) => !/^[a-z]+:/.test(link));

/** The file that a link of a document leads to, from the root. */
const targetOf = (path: string, link: string): string => {
  const [file = ""] = link.split("#");
  return file === "" ? path : relative(ROOT, join(ROOT, dirname(path), file));
};

const scripts: ReadonlySet<string> = new Set(Object.keys(JSON.parse(read("package.json")).scripts));
const programs = files.filter(
  (path) => /\.(ts|yaml|sh|example)$|^\.ci\/run$/.test(path) && path !== "test/contract/documents.test.ts",
);
const variables = new Set(programs.flatMap((path) => found(read(path), /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)));

test("the README is a door, no manual", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(README_LINES);
});

test("each page can be reached from the README", () => {
  const reached = new Set<string>(["README.md"]);
  for (const path of reached) {
    for (const link of linksIn(path)) {
      const target = targetOf(path, link);
      if (target.endsWith(".md")) reached.add(target);
    }
  }
  expect(documents.filter((path) => path.startsWith("docs/") && !reached.has(path))).toEqual([]);
});

describe.each(documents)("%s", (path) => {
  const text = read(path);

  test("links to files and headings that exist", () => {
    const broken = linksIn(path).filter((link) => {
      const target = targetOf(path, link);
      if (!existsSync(join(ROOT, target))) return true;
      const anchor = link.split("#")[1];
      return anchor !== undefined && !anchorsIn(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("names npm scripts that exist", () => {
    const named = found(text, /npm run (?:-s )?([a-z][a-z:-]*)/g);
    expect(named.filter((script) => !scripts.has(script))).toEqual([]);
  });

  test("names files and folders that exist", () => {
    const named = found(text, /`((?:lambda|server|public|test|docs|\.github|\.ci)\/[\w./-]*)`/g);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test("names variables that some program reads", () => {
    const named = found(text, /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g);
    expect(named.filter((variable) => !variables.has(variable))).toEqual([]);
  });
});

test("docs/wire.md lists the code, the outcome and the sentence of each notice", () => {
  const table = read("docs/wire.md").split("<!-- notices -->")[1]?.split("<!-- /notices -->")[0] ?? "";
  const rows = Object.entries(REASONS).map(
    ([code, { outcome, message }]) => `| \`${code}\` | ${outcome} | ${message} |`,
  );
  expect(table.trim().split("\n").slice(2)).toEqual(rows);
});

describe("docs/operate.md", () => {
  const page = read("docs/operate.md");
  const template = read("lambda/template.yaml");

  test("lists each alarm of the template", () => {
    const alarms = found(template, /^ {2}(\w+):\n {4}Type: AWS::CloudWatch::Alarm$/gm);
    expect(alarms.length).toBeGreaterThan(4);
    expect(
      found(page, /^\| `(\w+)` \|/gm)
        .filter((name) => alarms.includes(name))
        .sort(),
    ).toEqual(alarms.sort());
  });

  test("names each metric of the function", () => {
    const document = metricsOf({ counts: noCounts(), durationMs: 1, oldestMs: 1, storeAgeMs: 1 }, 0, "asterism");
    const { CloudWatchMetrics } = document._aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
    const metrics = CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
    expect(metrics.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Rows such as "| what | 2,000 | `textLength` in `lambda/limits.ts` |": the value, the name of the limit, its file. */
const limitRows = documents.flatMap((path) =>
  [...read(path).matchAll(/\| ([\d,]+) \| `(\w+)` in `([\w/]+limits\.ts)`/g)].map(
    ([, value = "", name = "", file = ""]) => ({ path, name, file, value: Number(value.replaceAll(",", "")) }),
  ),
);

test("limits are named with their file", () => {
  expect(limitRows.length).toBeGreaterThan(10);
});

test.each(limitRows)("$path says $value of $name in $file", async ({ name, file, value }) => {
  const module: Record<string, unknown> = await import(join(ROOT, file));
  const own = [module, ...Object.values(module)].map((holder) => Object(holder)[name]);
  expect(own).toContain(value);
});
