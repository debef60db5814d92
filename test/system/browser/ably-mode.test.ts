/** The page in Ably mode: token server, page and function on one origin, the broker on another, keys as narrow as ours. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AblyMode, startAblyMode } from "../../helpers/ably-mode.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";

describeInBrowser("the chat page in Ably mode", (kit) => {
  let mode: AblyMode;
  beforeAll(async () => {
    mode = await startAblyMode({ rule: true, pageFolder: kit.pageFolder });
  });
  afterAll(async () => await mode?.close());

  test("two people chat through an endpoint of another origin", async () => {
    const ann = await openChat(kit.browser, mode.product.url, { path: "/r/garden" });
    const bob = await openChat(kit.browser, mode.product.url, { path: "/r/garden" });
    await ann.say("I like Potato");
    await ann.message("I like ******", "starred");
    await bob.message("I like ******", "starred");
    await bob.say("So do I");
    await ann.message("So do I", "delivered");
    expect(await ann.texts()).toEqual(["I like ******", "So do I"]);
    expect([ann.problems, bob.problems]).toEqual([[], []]);
    await Promise.all([ann.close(), bob.close()]);
  });

  test("somebody who joins reads the history from there", async () => {
    const eve = await openChat(kit.browser, mode.product.url, { path: "/r/garden" });
    await eve.message("So do I");
    expect(eve.problems).toEqual([]);
    await eve.close();
  });
});
