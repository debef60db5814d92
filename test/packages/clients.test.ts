/** Other official clients of Ably on the broker: each script of clients/ runs as it stands in a project that installs them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project, pack, ROOT } from "./project.ts";

const SCRIPTS = join(import.meta.dirname, "clients");

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "asterism-packed-"));
const project = new Project();

beforeAll(async () => {
  const { broker } = await pack(folder);
  for (const name of readdirSync(SCRIPTS)) project.write(name, readFileSync(join(SCRIPTS, name), "utf8"));
  await project.install(
    broker,
    `ably@${dependencies.ably}`,
    `happy-dom@${devDependencies["happy-dom"]}`,
    "@ably/spaces@^0.5.2",
    "@ably/chat@^1.4.0",
    "react@^19.0.0",
    "react-dom@^19.0.0",
  );
});
afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true });
});

test.each([
  ["spaces", { members: ["ann", "ben"], location: { slide: 3 }, lock: "ann", cursor: { x: 1, y: 2 } }],
  ["chat", { typing: "ann", presence: "ann", reaction: "wave", refused: [404, 40400] }],
  ["react", { heard: "hello", present: ["ann"] }],
])("%s: one client sees what another one does", async (name, seen) => {
  const { code, output } = await project.run(process.execPath, [`${name}.mjs`]);
  const [line = ""] = output.split("\n").filter((text) => text.startsWith("{"));
  expect({ code, output, ...(line === "" ? {} : JSON.parse(line)) }).toMatchObject({ code: 0, ...seen });
});
