/**
 * A real Chromium, once for each test file. Without one the tests are skipped with a loud word, except in CI, where
 * they fail.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { buildPage } from "../../public/build.ts";
import { findChromium, launchChromium } from "./chromium.ts";

/** What a browser test works with; ready when the tests run. */
export interface BrowserKit {
  readonly browser: Browser;
  /** A folder with the page as it is now, built for this test file. */
  readonly pageFolder: string;
}

/** Declares tests that need a browser. */
export function describeInBrowser(name: string, body: (kit: BrowserKit) => void): void {
  if (findChromium() === undefined && !process.env.CI) {
    process.stderr.write(`\nSKIPPED for want of a browser: ${name}. Install Chromium or set CHROMIUM_PATH.\n`);
    describe.skip(name, () => body({} as BrowserKit));
    return;
  }
  describe(name, () => {
    vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
    const kit: { browser?: Browser; pageFolder?: string } = {};
    beforeAll(async () => {
      kit.browser = await launchChromium();
      kit.pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
      await buildPage(kit.pageFolder);
    });
    afterAll(async () => {
      await kit.browser?.close();
      if (kit.pageFolder !== undefined) await rm(kit.pageFolder, { recursive: true, force: true });
    });
    body(kit as BrowserKit);
  });
}
