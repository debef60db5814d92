/** The examples of docs/testing-with-the-local-ably.md run as they stand, in a project that installs what they name. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../helpers/chromium.ts";
import { isSkipped } from "../helpers/needs.ts";
import { Project, pack, ROOT } from "./project.ts";

const LINES = 28;

const versions = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const chromium = findChromium();
const noBrowser = isSkipped({
  isMet: chromium !== undefined,
  otherwise: "the Playwright example needs Chromium; install it or set CHROMIUM_PATH",
});
const folder = mkdtempSync(join(tmpdir(), "asterism-packed-"));
const project = new Project();

/** Blocks of code whose first line names their file. */
const page = readFileSync(join(ROOT, "docs/testing-with-the-local-ably.md"), "utf8");
const examples = [...page.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, file = "", text = ""]) => ({
  file,
  text,
}));

beforeAll(async () => {
  const { broker } = await pack(folder);
  for (const { file, text } of examples) project.write(file, text);
  const readme = readFileSync(join(ROOT, "server/broker/README.md"), "utf8");
  project.write("readme.mjs", /^```js\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? "throw new Error('no example')");
  project.write(
    "playwright.config.mjs",
    `export default { workers: 1, use: { launchOptions: { executablePath: ${JSON.stringify(chromium)}, args: ["--no-sandbox"] } } };`,
  );
  await project.install(
    broker,
    `ably@${versions.dependencies.ably}`,
    `vitest@${versions.devDependencies.vitest}`,
    `@playwright/test@${versions.devDependencies["playwright-core"]}`,
    "jest@^30.0.0",
  );
});

afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true });
});

const bin = (name: string): string => join(project.folder, "node_modules/.bin", name);

describe("an example for", () => {
  test.each([
    ["Vitest", () => project.run(bin("vitest"), ["run", "room.test.mjs"]), "1 passed"],
    ["Jest", () => project.run(bin("jest"), []), "1 passed"],
    ["plain Node", () => project.run(process.execPath, ["--test", "room.node.mjs"]), "pass 1"],
    ["webhooks", () => project.run(process.execPath, ["--test", "webhook.node.mjs"]), "pass 1"],
    ["the README of the broker", () => project.run(process.execPath, ["readme.mjs"]), ""],
  ])("%s passes and ends", async (_name, run, passed) => {
    const { code, output } = await run();
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(passed) });
  });

  test.skipIf(noBrowser)("Playwright passes and ends", async () => {
    const { code, output } = await project.run(bin("playwright"), ["test", "room.spec.mjs"]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("1 passed") });
  });

  test.each(examples)("$file is short", ({ text }) => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(LINES);
  });
});
