/** The Chromium of this machine. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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

/** Where Chromium is, if it is anywhere. */
export function findChromium(): string | undefined {
  return PLACES.find((place) => place !== "" && existsSync(place));
}

/** Starts it; without one, says what to do. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("there is no Chromium; install it or set CHROMIUM_PATH");
  // Scrollbars take space, as on most desks: without them, useless ones would not be seen.
  return await chromium.launch({ executablePath, args: ARGUMENTS, ignoreDefaultArgs: ["--hide-scrollbars"] });
}
