/**
 * A real Chromium, once for each test file. Without one the tests are skipped with a loud word, except in CI, where
 * they fail.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { buildPage } from "../../public/build.ts";

const PLACES = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a browser test works with; ready when the tests run. */
export interface BrowserKit {
  readonly browser: Browser;
  /** A folder with the page as it is now, built for this test file. */
  readonly pageFolder: string;
}

/** Declares tests that need a browser. */
export function describeInBrowser(name: string, body: (kit: BrowserKit) => void): void {
  const executablePath = PLACES.find((place) => place !== "" && existsSync(place));
  if (executablePath === undefined && !process.env.CI) {
    process.stderr.write(`\nSKIPPED for want of a browser: ${name}. Install Chromium or set CHROMIUM_PATH.\n`);
    describe.skip(name, () => body({} as BrowserKit));
    return;
  }
  describe(name, () => {
    vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
    const kit: { browser?: Browser; pageFolder?: string } = {};
    beforeAll(async () => {
      if (executablePath === undefined) throw new Error("there is no Chromium; install it or set CHROMIUM_PATH");
      kit.pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
      await buildPage(kit.pageFolder);
      kit.browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    });
    afterAll(async () => {
      await kit.browser?.close();
      if (kit.pageFolder !== undefined) await rm(kit.pageFolder, { recursive: true, force: true });
    });
    body(kit as BrowserKit);
  });
}
