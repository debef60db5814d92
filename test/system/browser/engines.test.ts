/** The main paths of the chat page in Chromium, Firefox and WebKit. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInEngines, isIn, say, shows, until } from "../../helpers/engines/engines.ts";
import type { Tab } from "../../helpers/engines/tab.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

describeInEngines("the main paths", (kit) => {
  let stage: Stage;
  let tab: Tab;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    tab = await kit.visitor.tab();
    await open(tab);
  });
  afterAll(async () => await stage?.close());

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

  test("somebody who leaves is told so, and can come back", async () => {
    await tab.click("#you-open");
    await tab.click("#leave");
    await until(tab, `${isIn("left")} && !document.querySelector("#left").hidden`);
    await tab.click("#rejoin");
    await until(tab, isIn("connected"));
    await until(tab, `document.querySelector("#you-name").textContent === "Guest"`);
  });
});
