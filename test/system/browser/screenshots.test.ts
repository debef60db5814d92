/** The chat page's main states, as the README shows them. */
import { test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { keep, sideBySide } from "../../helpers/pictures.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

describeInBrowser("the README's pictures", (kit) => {
  /** A conversation that is under way: Bob and Mira are there and have spoken. */
  async function talk(stage: Stage): Promise<void> {
    const today = new Date().setHours(0, 1, 0, 0);
    await stage.say("Bob.x7h2pd", "1", "Did anybody water the tomatoes?", today - DAY_MS / 3);
    await stage.say(
      "Мира.q2w3e4",
      "2",
      "Yes, this morning: https://garden.example/beds/3",
      today - DAY_MS / 3 + 60_000,
    );
    await stage.say("Bob.x7h2pd", "3", "Morning all", today);
    await stage.say("Bob.x7h2pd", "4", "The seed swap is on Saturday. Who brings what?", today + 20_000);
  }

  async function withStage(task: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = await startStage({ pageFolder: kit.pageFolder });
    try {
      await talk(stage);
      await task(stage);
    } finally {
      await stage.close();
    }
  }

  async function visit(stage: Stage, name: string, options: Parameters<typeof openChat>[2]): Promise<ChatPage> {
    const chat = await openChat(kit.browser, stage.url, options);
    await chat.rename(name);
    await chat.page.mouse.move(0, 0);
    return chat;
  }

  test("two visitors, one starred message", async () => {
    await withStage(async (stage) => {
      const viewport = { width: 600, height: 660 };
      const ann = await visit(stage, "Ann", { viewport });
      const ben = await visit(stage, "Ben", { viewport });
      await ann.say("I like Potato");
      await stage.pass(await stage.hear(1), { text: "I like ******", starred: 1 });
      await ann.message("I like ******", "starred");
      await ben.message("I like ******", "starred");
      await ben.say("So do I. I bring cress.");
      await stage.pass(await stage.hear(2));
      await ann.message("So do I. I bring cress.", "delivered");
      await ben.message("So do I. I bring cress.", "delivered");
      const pictures = [await ann.page.screenshot(), await ben.page.screenshot()];
      await keep("chat.png", await sideBySide(await ann.context.newPage(), pictures));
      await ann.close();
      await ben.close();
    });
  });

  test("every fate of a message", async () => {
    await withStage(async (stage) => {
      const ann = await visit(stage, "Ann", { viewport: { width: 1100, height: 760 }, clock: true });
      for (const text of ["Shall I bring a potato?", "And a poem, a very long one", "And tea", "And cake"])
        await ann.say(text);
      await stage.pass(await stage.hear(1), { text: "Shall I bring a ******?", starred: 1 });
      await stage.notice(await stage.hear(2), "refused", "The message is too long.");
      await stage.notice(await stage.hear(3), "failed", "The message could not be delivered; please try again later.");
      await ann.message("Shall I bring a ******?", "starred");
      await ann.message("And tea", "failed");
      await stage.hear(4);
      await ann.pass(9_000);
      await ann.message("And cake", "unanswered");
      await ann.say("Is anybody there?");
      await ann.message("Is anybody there?", "sending");
      await keep("fates.png", await ann.page.screenshot());
      await ann.close();
    });
  });

  test("dark, with the people and the rooms", async () => {
    await withStage(async (stage) => {
      const ann = await visit(stage, "Ann", { viewport: { width: 1100, height: 700 }, colorScheme: "dark" });
      const twin = await visit(stage, "Аnn", {});
      await ann.say("I can bring lemon balm.");
      await stage.pass(await stage.hear(1));
      await twin.say("I am another Ann, by the way.");
      await stage.pass(await stage.hear(2));
      await ann.message("I am another Ann, by the way.");
      await twin.page.locator("#text").pressSequentially("And");
      await ann.page.locator("#typing", { hasText: "typing" }).waitFor();
      await keep("dark.png", await ann.page.screenshot());
      await ann.close();
      await twin.close();
    });
  });

  test("on a phone: the log, the drawer, the connection lost", async () => {
    await withStage(async (stage) => {
      const ann = await visit(stage, "Ann", { viewport: { width: 360, height: 720 } });
      await ann.say("I can bring lemon balm.");
      await stage.pass(await stage.hear(1));
      await ann.message("I can bring lemon balm.", "delivered");
      const pictures = [await ann.page.screenshot()];
      await ann.page.locator(".side-button").click();
      pictures.push(await ann.page.screenshot());
      await ann.page.keyboard.press("Escape");
      stage.network.refuse(true);
      await ann.until("lost");
      await ann.say("And honey.");
      await ann.message("And honey.", "waiting");
      pictures.push(await ann.page.screenshot());
      stage.network.refuse(false);
      await keep("phone.png", await sideBySide(await ann.context.newPage(), pictures));
      await ann.close();
    });
  });
});
