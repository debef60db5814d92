/**
 * The pictures of README and docs. A normal run only proves that what they show can be reached; `npm run screenshots` writes
 * them anew.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect } from "vitest";

const FOLDER = fileURLToPath(new URL("../system/browser/screenshots/", import.meta.url));
const BACKGROUND = "#c9c6d8";
const GAP = 24;

/** One step of a moving picture. */
export interface Frame {
  readonly windows: readonly Buffer[];
  /** How long it stays, ms. */
  readonly ms: number;
}

/** Keeps a picture under a name. */
export async function keep(name: string, picture: Buffer): Promise<void> {
  expect(picture.length).toBeGreaterThan(5_000);
  if (process.env.SCREENSHOTS === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}${name}`, picture);
}

/** Windows beside each other on one picture. */
export async function sideBySide(page: Page, pictures: readonly Buffer[]): Promise<Buffer> {
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture.toString("base64")}">`).join("");
  await page.setContent(
    `<style>body{margin:0;display:inline-flex;gap:${GAP}px;padding:${GAP}px;background:${BACKGROUND}}
     img{border-radius:10px;box-shadow:0 6px 24px #0003}</style>${images}`,
  );
  return await page.locator("body").screenshot();
}

/** A moving picture of windows beside each other, as animated WebP. */
export async function moving(page: Page, frames: readonly Frame[]): Promise<Buffer> {
  const pictures: Buffer[] = [];
  for (const { windows } of frames) pictures.push(await sideBySide(page, windows));
  return await sharp(pictures, { join: { animated: true } })
    .webp({ delay: frames.map(({ ms }) => ms), loop: 0, quality: 80, effort: 4 })
    .toBuffer();
}
