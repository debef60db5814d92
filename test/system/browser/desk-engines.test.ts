/** The main path of the desk in Chromium, Firefox and WebKit: held, approved by keyboard, shown. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { POLICY, putPolicy } from "../../helpers/desk-page.ts";
import { describeInEngines, isIn, say, shows, until } from "../../helpers/engines/engines.ts";
import type { Tab } from "../../helpers/engines/tab.ts";

describeInEngines("the desk", (kit) => {
  let product: Product;
  let chat: Tab;
  let desk: Tab;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
    await putPolicy(product, POLICY);
    chat = await kit.visitor.tab();
    desk = await kit.visitor.tab();
    await chat.goto(product.url);
    await until(chat, isIn("connected"));
    await desk.goto(product.moderatorLink("Ana") ?? "");
    await until(desk, `document.querySelector(".feed")?.dataset.state === "connected"`);
  });
  afterAll(async () => await product?.close());

  const says = (selector: string, text: string) =>
    `(document.querySelector("${selector}")?.textContent ?? "").includes("${text}")`;
  const hold = async (text: string) => {
    await say(chat, text);
    await until(chat, shows(text, "held"));
  };

  test("a held message is approved by keyboard, and is shown", async () => {
    await hold("see https://seeds.example/a");
    await until(desk, says(".case .quote", "https://seeds.example/a"));
    await desk.press("a");
    await until(desk, says(".toast", "Approved. Nothing else is waiting."));
    await until(chat, shows("see https://seeds.example/a", "delivered"));
  });

  test("one of two is denied, its author is muted, and both are read there", async () => {
    await hold("first https://bad.example/1");
    await hold("then https://bad.example/2");
    await until(desk, says(".row-text", "https://bad.example/1"));
    await until(desk, `document.querySelectorAll("[data-case]").length === 2`);
    await desk.press("j");
    await until(desk, says("[data-case][aria-current]", "https://bad.example/2"));
    await desk.press("m");
    await until(desk, says(".toast", "Muted for an hour"));
    await desk.press("d");
    await until(desk, says(".toast", "Denied. One is waiting."));
    await until(chat, shows("then https://bad.example/2", "refused"));
    await say(chat, "let me speak");
    await until(chat, shows("let me speak", "refused"));
  });

  test("each view is reached by its number, and its keys are shown", async () => {
    for (const [key, name] of ["Queue", "Live", "People", "Policy", "Audit"].entries()) {
      await desk.press(String(key + 1));
      await until(desk, says("h1", name));
    }
    await until(desk, says(".audit", "denied"));
    await desk.press("?");
    await until(desk, `document.querySelector("dialog.dialog")?.open === true`);
    expect(await desk.read(`document.querySelector("dialog.dialog").textContent.includes("the five views")`)).toBe(
      true,
    );
  });
});
