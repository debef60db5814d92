/** The main paths of the chat page in Chromium, Firefox and WebKit. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInEngines, isIn, say, shows, until } from "../../helpers/engines/engines.ts";
import type { Tab } from "../../helpers/engines/tab.ts";
import { type Site, startSite } from "../../helpers/site.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

/** Lines of different length, some of which break. */
const line = (number: number): string => `line ${number}${" and so on".repeat((number % 7) * 4)}`;
const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

const SCROLLER = `document.querySelector("#scroll")`;

/** Where a text stands in the window. */
const placeOf = (text: string): string =>
  `[...document.querySelectorAll(".text")].find((one) => one.textContent === "${text}").getBoundingClientRect().top`;

/** Scrolls away from the end, where the log stays by itself. */
async function leaveEnd(tab: Tab): Promise<void> {
  await tab.read(`${SCROLLER}.scrollTop = 600`);
  await until(tab, `!document.querySelector("#newest").hidden`);
}

/** Waits until a tab has painted some frames. */
async function frames(tab: Tab, count: number): Promise<void> {
  await tab.read(`(() => {
    window.framesLeft = ${count};
    const step = () => (window.framesLeft -= 1) > 0 && requestAnimationFrame(step);
    return requestAnimationFrame(step);
  })()`);
  await until(tab, "window.framesLeft === 0");
}

/** Scrolls up a little in each frame, and notes how far the text in the middle moved by itself meanwhile. */
const SCROLL_UP = `(() => {
  const scroller = ${SCROLLER};
  const jumps = (window.jumps = { isDone: false, pixels: [0] });
  let middle, place;
  const step = () => {
    if (middle?.isConnected) jumps.pixels.push(Math.abs(middle.getBoundingClientRect().top - place));
    jumps.isDone = scroller.scrollTop < 600;
    if (jumps.isDone) return;
    const { left, top, width, height } = scroller.getBoundingClientRect();
    scroller.scrollTop -= 40;
    middle = document.elementFromPoint(left + width / 2, top + height / 2).closest(".message");
    place = middle?.getBoundingClientRect().top;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  return true;
})()`;

describeInEngines("the main paths", (kit) => {
  let stage: Stage;
  let site: Site;
  let tab: Tab;
  beforeAll(async () => {
    site = await startSite(() => "<!doctype html><title>A garden</title><body><h1>A garden</h1></body>");
    stage = await startStage({ pageFolder: kit.pageFolder, embedOrigins: site.url });
    tab = await kit.visitor.tab();
    await open(tab);
  });
  afterAll(async () => {
    await stage?.close();
    await site?.close();
  });

  async function open(there: Tab): Promise<void> {
    await there.goto(stage.url);
    await until(there, isIn("connected"));
  }
  test("a message is sent, starred, and arrives in another tab; both know it as one's own", async () => {
    await say(tab, "I like Potato");
    await until(tab, shows("I like Potato", "sending"));
    const other = await kit.visitor.tab();
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

  test("what others write is formatted, mentions stand out, and :name: becomes an emoji", async () => {
    await stage.say("Bob.bbb222", "b1", "**bold** and `code` for @Ann");
    await until(tab, shows("bold and code for @Ann", "delivered"));
    const parts = `["strong", "code", "mark"].map((tag) => document.querySelector(".text " + tag)?.textContent)`;
    expect(await tab.read(parts)).toEqual(["bold", "code", "@Ann"]);
    await tab.type("#text", "a :toma");
    await until(tab, `document.querySelector("#completion [aria-selected=true]")?.textContent.includes("🍅") === true`);
    await tab.press("Tab");
    await until(tab, `document.querySelector("#text").value === "a 🍅"`);
    await tab.type("#text", "x");
  });

  test("a finger that stays on a message opens its menu", async () => {
    const touch = `document.querySelector(".message .text").dispatchEvent(new PointerEvent("pointerdown",
      { pointerType: "touch", isPrimary: true, bubbles: true, clientX: 200, clientY: 200 }))`;
    await tab.read(touch);
    await until(tab, `document.querySelector("#message-menu").matches(":popover-open")`);
    await tab.press("Escape");
    await until(tab, `!document.querySelector("#message-menu").matches(":popover-open")`);
  });

  test("earlier messages come by scrolling up, with the place kept", async () => {
    for (const from of [1, 61]) await stage.sayMany("Eve.eee222", lines(from, from + 59));
    await tab.goto("about:blank");
    await open(tab);
    await until(tab, `${shows(line(71), "delivered")} && ${shows(line(120), "delivered")}`);
    await leaveEnd(tab);
    const before = await tab.read<number>(`(${SCROLLER}.scrollTop = 0, ${placeOf(line(71))})`);
    await until(tab, shows(line(21), "delivered"));
    expect(Math.abs((await tab.read<number>(placeOf(line(71)))) - before)).toBeLessThanOrEqual(1);
  });

  test("nothing jumps while somebody scrolls up, nor when there is less room", async () => {
    for (const width of ["100%", "60%"]) {
      await tab.read(`${SCROLLER}.scrollTop += ${placeOf(line(63))} - ${SCROLLER}.getBoundingClientRect().top`);
      await frames(tab, 10);
      const before = await tab.read<number>(placeOf(line(63)));
      await tab.read(`document.querySelector(".main").style.maxWidth = "${width}"`);
      await frames(tab, 10);
      expect(Math.abs((await tab.read<number>(placeOf(line(63)))) - before), width).toBeLessThanOrEqual(1);
      await tab.read(SCROLL_UP);
      await until(tab, "window.jumps.isDone");
      expect(await tab.read<number>("Math.max(...window.jumps.pixels)"), width).toBeLessThanOrEqual(1);
    }
  });

  test("a link leads to its message", async () => {
    await tab.goto("about:blank");
    await tab.goto(`${stage.url}/r/lobby#bbb222.b1`);
    const isThere = `document.activeElement.getAttribute("aria-current") === "location" &&
      document.activeElement.textContent.includes("bold and code")`;
    await until(tab, isThere);
  });

  test("the list of rooms says who is in another one", async () => {
    await tab.goto(`${stage.url}/r/garden`);
    await until(tab, isIn("connected"));
    const other = await kit.visitor.tab();
    await other.goto(`${stage.url}/r/garden`);
    await until(other, `document.querySelectorAll("#people li").length > 0`);
    await open(tab);
    await until(
      tab,
      `[...document.querySelectorAll("#rooms .room-notes")].some((one) => /1 here/.test(one.textContent))`,
    );
    await other.goto("about:blank");
  });

  test("another language is chosen, and what is written from the right is mirrored", async () => {
    const choose = (tag: string) => `(() => {
      const list = document.querySelector("#language");
      list.value = "${tag}";
      return list.dispatchEvent(new Event("change", { bubbles: true }));
    })()`;
    await tab.read(choose("ar"));
    await until(tab, `document.documentElement.dir === "rtl" && ${isIn("connected")}`);
    const sides = `["#side", ".main"].map((part) => document.querySelector(part).getBoundingClientRect().left)`;
    const [side = 0, main = 0] = await tab.read<number[]>(sides);
    expect(side).toBeGreaterThan(main);
    await tab.read(choose("en"));
    await until(tab, `document.documentElement.dir === "ltr" && ${isIn("connected")}`);
  });

  test("the chat stands in the page of another site", async () => {
    const chat = stage.url.replace("127.0.0.1", "localhost");
    // a tab that goes nowhere after this: Puppeteer waits for ever when Firefox leaves a page with a frame
    const other = await kit.visitor.tab();
    await other.goto(site.url);
    await other.read(`(() => {
      const script = document.createElement("script");
      script.src = "${chat}/embed.js";
      script.dataset.room = "framed";
      document.body.append(script);
      return true;
    })()`);
    await tab.goto(`${stage.url}/r/framed`);
    // the frame's visitor has a cookie of its own, and is somebody else
    await until(tab, `document.querySelectorAll("#people li").length === 2`);
  });

  test("somebody who leaves is told so, and can come back", async () => {
    await open(tab);
    await tab.click("#you-open");
    await tab.click("#leave");
    await until(tab, `${isIn("left")} && !document.querySelector("#left").hidden`);
    await tab.click("#rejoin");
    await until(tab, isIn("connected"));
    await until(tab, `document.querySelector("#you-name").textContent === "Guest"`);
  });
});
