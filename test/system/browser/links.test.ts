/** Links to one message: copied from its menu, opened, and found again however far back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describeInBrowser("a link to one message", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    await stage.say("Bob.bbb222", "the-one", "the one");
    await stage.sayMany("Bob.bbb222", numbered(1, 300));
  });
  afterAll(async () => await stage.close());

  const LINK = "/#bbb222.the-one";

  test("is copied from the menu, and leads there from another browser", async () => {
    const ann = await openChat(kit.browser, stage.url, { permissions: ["clipboard-read", "clipboard-write"] });
    const row = await ann.message("line 300");
    await row.hover();
    await row.locator(".more").click();
    await ann.page.getByRole("menuitem", { name: "Copy link" }).click();
    await ann.page.locator("#told", { hasText: "copied" }).waitFor();
    const address = await ann.page.evaluate(() => navigator.clipboard.readText());
    expect(address).toMatch(new RegExp(`^${stage.url}/#bbb222\\.\\d+$`));
    const ben = await openChat(kit.browser, stage.url, { path: new URL(address).pathname + new URL(address).hash });
    await ben.page.locator(".message[aria-current]", { hasText: "line 300" }).waitFor();
    expect(await ben.page.evaluate(() => document.activeElement?.textContent)).toContain("line 300");
    expect(ben.problems).toEqual([]);
    await ann.close();
    await ben.close();
  });

  test("reads back to a message that is not among the newest, and shows it with the focus, in the middle", async () => {
    const ann = await openChat(kit.browser, stage.url, { path: LINK });
    const row = ann.page.locator(".message[aria-current]");
    await row.waitFor();
    expect(await row.locator(".text").textContent()).toBe("the one");
    await expect.poll(() => row.evaluate((one) => document.activeElement === one)).toBe(true);
    const seen = () =>
      row.evaluate((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        const frame = document.querySelector("#scroll")?.getBoundingClientRect();
        return frame !== undefined && top >= frame.top && bottom <= frame.bottom;
      });
    await expect.poll(seen).toBe(true);
    await ann.page.locator("#newest").waitFor();
    expect(ann.problems).toEqual([]);
    await ann.close();
  });

  test("is followed in an open page as well, and says so when the message is not to be found", async () => {
    const ann = await openChat(kit.browser, stage.url);
    await ann.message("line 300");
    await ann.page.evaluate(() => {
      location.hash = "#bbb222.never-said";
    });
    await ann.page.locator("#told", { hasText: "no longer here" }).waitFor();
    await ann.page.evaluate(() => {
      location.hash = "#bbb222.the-one";
    });
    await ann.page.locator(".message[aria-current]", { hasText: "the one" }).waitFor();
    expect(ann.problems).toEqual([]);
    await ann.close();
  });
});
