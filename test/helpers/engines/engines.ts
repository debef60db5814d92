/** The engines that are here, and what tests in all of them do. Where one is missing, CI fails and a user's machine says so. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { buildPage } from "../../../public/build.ts";
import { chromium } from "./chromium.ts";
import { firefox } from "./firefox.ts";
import type { Engine, Tab, Visitor } from "./tab.ts";
import { webkit } from "./webkit.ts";

const DEADLINE = { timeout: 30_000, interval: 100 };

/** What a test in an engine works with; ready when the tests run. */
export interface EngineKit {
  readonly visitor: Visitor;
  /** The page as it is now, built for these tests. */
  readonly pageFolder: string;
}

/** Declares tests for each engine that is here. */
export function describeInEngines(what: string, body: (kit: EngineKit) => void): void {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });
  describe.each([chromium, firefox, webkit].filter((engine) => isThere(engine, what)))(`${what} in $name`, (engine) => {
    const kit: { visitor?: Visitor; pageFolder?: string } = {};
    beforeAll(async () => {
      const missing = engine.missing();
      if (missing !== undefined) throw new Error(`${engine.name} is not here; install ${missing}`);
      kit.pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
      await buildPage(kit.pageFolder);
      kit.visitor = await engine.visit();
    });
    afterAll(async () => {
      await kit.visitor?.close();
      if (kit.pageFolder !== undefined) await rm(kit.pageFolder, { recursive: true, force: true });
    });
    body(kit as EngineKit);
  });
}

function isThere({ name, missing }: Engine, what: string): boolean {
  const wanted = missing();
  if (wanted === undefined || process.env.CI) return true;
  process.stderr.write(`\nSKIPPED for want of a browser: ${what} in ${name}. Install ${wanted}.\n`);
  return false;
}

/** Waits until an expression is true in a page. */
export async function until(there: Tab, expression: string): Promise<void> {
  await vi.waitFor(async () => expect(await there.read(expression), expression).toBe(true), DEADLINE);
}

/** Whether the chat page is in a state of the connection. */
export const isIn = (state: string): string => `document.querySelector("#connection")?.dataset.state === "${state}"`;

/** Whether the chat page shows a message with a fate. */
export const shows = (text: string, fate: string): string =>
  `[...document.querySelectorAll('[data-fate="${fate}"] .text')].some((one) => one.textContent === "${text}")`;

/** Writes a message as people do. */
export async function say(there: Tab, text: string): Promise<void> {
  await there.type("#text", text);
  await there.enter("#text");
}
