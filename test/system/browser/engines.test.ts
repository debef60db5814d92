/** The main paths in Chromium, Firefox and WebKit. Where one of them is missing, CI fails and a user's machine says so. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildPage } from "../../../public/build.ts";
import { chromium } from "../../helpers/engines/chromium.ts";
import { firefox } from "../../helpers/engines/firefox.ts";
import type { Engine, Tab, Visitor } from "../../helpers/engines/tab.ts";
import { webkit } from "../../helpers/engines/webkit.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const DEADLINE = { timeout: 30_000, interval: 100 };
const ENGINES = [chromium, firefox, webkit].filter(isThere);

function isThere({ name, missing }: Engine): boolean {
  const wanted = missing();
  if (wanted === undefined || process.env.CI) return true;
  process.stderr.write(`\nSKIPPED for want of a browser: the main paths in ${name}. Install ${wanted}.\n`);
  return false;
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

describe.each(ENGINES)("in $name", (engine) => {
  let folder: string;
  let stage: Stage;
  let visitor: Visitor;
  let tab: Tab;
  beforeAll(async () => {
    const missing = engine.missing();
    if (missing !== undefined) throw new Error(`${engine.name} is not here; install ${missing}`);
    folder = await mkdtemp(join(tmpdir(), "asterism-page-"));
    await buildPage(folder);
    stage = await startStage({ pageFolder: folder });
    visitor = await engine.visit();
    tab = await visitor.tab();
    await open(tab);
  });
  afterAll(async () => {
    await visitor?.close();
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const until = async (there: Tab, expression: string) =>
    await vi.waitFor(
      async () => expect([expression, await there.read(expression)]).toEqual([expression, true]),
      DEADLINE,
    );
  const isIn = (state: string) => `document.querySelector("#connection").dataset.state === "${state}"`;
  const shows = (text: string, fate: string) =>
    `[...document.querySelectorAll('[data-fate="${fate}"] .text')].some((one) => one.textContent === "${text}")`;

  async function open(there: Tab): Promise<void> {
    await there.goto(stage.url);
    await until(there, isIn("connected"));
  }
  async function say(there: Tab, text: string): Promise<void> {
    await there.type("#text", text);
    await there.enter("#text");
  }

  test("a message is sent, starred, and arrives in another tab; both know it as one's own", async () => {
    await say(tab, "I like Potato");
    await until(tab, shows("I like Potato", "sending"));
    const other = await visitor.tab();
    await open(other);
    await stage.pass(await stage.hear(1), { text: "I like ******", starred: 1 });
    await until(tab, shows("I like ******", "starred"));
    await until(other, shows("I like ******", "starred"));
    expect(await other.read(`document.querySelectorAll(".own").length`)).toBe(1);
    await other.goto("about:blank");
  });

  test("a new name is taken, and outlives a reload as the messages do", async () => {
    await tab.click("#you-open");
    await tab.type("#new-name", "Ann");
    await tab.enter("#new-name");
    const isAnn = `document.querySelector("#you-name").textContent === "Ann"`;
    await until(tab, `!document.querySelector("#you-dialog").open && ${isAnn}`);
    await until(tab, isIn("connected"));
    await tab.reload();
    await until(tab, `${isIn("connected")} && ${isAnn}`);
    await until(tab, shows("I like ******", "starred"));
    expect(await tab.read(`document.querySelectorAll(".own").length`)).toBe(1);
  });

  test("what is written while the connection is lost goes out when it is back", async () => {
    stage.network.refuse(true);
    await until(tab, isIn("lost"));
    await say(tab, "And honey");
    await until(tab, shows("And honey", "waiting"));
    stage.network.refuse(false);
    await until(tab, isIn("connected"));
    await stage.pass(await stage.hear(2));
    await until(tab, shows("And honey", "delivered"));
  });

  test("scrolls only where there is something to scroll, with scrollbars that take space", async () => {
    const width = `(() => {
      const box = document.createElement("div");
      box.style.overflowY = "scroll";
      document.body.append(box);
      const taken = box.offsetWidth - box.clientWidth;
      box.remove();
      return taken;
    })()`;
    expect(await tab.read(width)).toBeGreaterThan(0);
    const isScrollable = (selector: string) =>
      `(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)(document.querySelector("${selector}"))`;
    expect(await tab.read(isScrollable("html"))).toBe(false);
    await tab.type("#text", "one");
    await tab.read(`(() => {
      const field = document.querySelector("#text");
      field.value = "one\\ntwo";
      field.dispatchEvent(new Event("input"));
      return true;
    })()`);
    expect(await tab.read(isScrollable("#text"))).toBe(false);
    await tab.type("#text", "x");
  });

  test("somebody who leaves is told so, and can come back", async () => {
    await tab.click("#you-open");
    await tab.click("#leave");
    await until(tab, `${isIn("left")} && !document.querySelector("#left").hidden`);
    await tab.click("#rejoin");
    await until(tab, isIn("connected"));
    await until(tab, `document.querySelector("#you-name").textContent === "Guest"`);
  });
});
