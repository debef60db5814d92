/** Every fate of a message, with the test as moderator and as the network. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

describeInBrowser("sending", (kit) => {
  let stage: Stage;
  let ann: ChatPage;
  beforeEach(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    ann = await openChat(kit.browser, stage.url, { clock: true });
  });
  afterEach(async () => {
    await ann.close();
    await stage.close();
  });

  /** What stands under a message: its fate, then the buttons that are offered. */
  const says = async (chat: ChatPage, text: string) =>
    (await (await chat.message(text)).locator(".fate > :not([hidden])").allTextContents()).join(" ");

  test("is shown at once as sending, and is delivered when the moderated copy returns", async () => {
    await ann.say("hello");
    await ann.message("hello", "sending");
    expect(await says(ann, "hello")).toBe("Sending…");
    await stage.pass(await stage.hear(1));
    await ann.message("hello", "delivered");
    expect(await says(ann, "hello")).toMatch(/^Delivered · \d+(\.\d+)?s$/);
  });

  test("is starred when the copy has stars, and shows what everybody sees", async () => {
    await ann.say("I like Potato");
    await stage.pass(await stage.hear(1), { text: "I like ******", starred: 1 });
    await ann.message("I like ******", "starred");
    expect(await ann.texts()).toEqual(["I like ******"]);
  });

  test("is refused with the reason, and its text can be edited", async () => {
    await ann.say("too long");
    await stage.notice(await stage.hear(1), "refused", "The message is too long.");
    const row = await ann.message("too long", "refused");
    expect(await row.locator(".fate-text").textContent()).toBe("Refused: The message is too long.");
    expect(await row.getByRole("button", { name: "Retry" }).count()).toBe(0);
    await row.getByRole("button", { name: "Edit" }).click();
    expect(await ann.page.locator("#text").inputValue()).toBe("too long");
    expect(await ann.texts()).toEqual([]);
  });

  test("waits for a moderator, and comes back approved, or is denied", async () => {
    await ann.say("a bargain");
    const first = await stage.hear(1);
    await stage.notice(first, "held", "The message waits for a moderator.", "held");
    await ann.message("a bargain", "held");
    expect(await says(ann, "a bargain")).toBe("Waits for a moderator");
    await stage.notice(first, "approved", "A moderator approved the message.", "approved");
    await ann.page.locator(".fate-text", { hasText: "Approved by a moderator" }).waitFor();
    await stage.pass(first);
    await ann.message("a bargain", "delivered");

    await ann.say("another bargain");
    const second = await stage.hear(2);
    await stage.notice(second, "held", "The message waits for a moderator.", "held");
    await ann.message("another bargain", "held");
    await ann.page.reload();
    await ann.until("connected");
    await ann.message("another bargain", "held");
    await stage.notice(second, "refused", "A moderator did not approve the message.", "denied");
    await ann.message("another bargain", "refused");
    expect(await says(ann, "another bargain")).toContain("Refused: A moderator did not approve the message.");
    expect(stage.heard).toHaveLength(2);
  });

  test("is blocked with the reason, and its text is back in the field for another try", async () => {
    await ann.say("a turnip");
    await stage.notice(await stage.hear(1), "refused", "This message is not allowed here.", "blocked");
    const row = await ann.message("a turnip", "refused");
    expect(await row.locator(".fate-text").textContent()).toBe("Refused: This message is not allowed here.");
    const field = ann.page.locator("#text");
    expect(await field.inputValue()).toBe("a turnip");
    await row.getByRole("button", { name: "Edit" }).click();
    expect(await field.inputValue()).toBe("a turnip");
    await ann.say("a leek");
    await stage.pass(await stage.hear(2));
    await ann.message("a leek", "delivered");
    expect(await ann.texts()).toEqual(["a leek"]);
  });

  test("is not taken from who is muted, who reads until when", async () => {
    await ann.say("hello");
    const until = new Date((await ann.page.evaluate(() => Date.now())) + 900_000);
    await stage.notice(await stage.hear(1), "refused", "You may not write here for now.", "muted", until.toISOString());
    await ann.message("hello", "refused");
    const note = await ann.page.locator("#pause").innerText();
    expect(note).toMatch(/^You may not write here for now\. You may write again on .*\d\d:\d\d:\d\d\.$/);
    await ann.page.locator("#text").fill("more");
    expect(await ann.page.locator("#send").isDisabled()).toBe(true);
    await ann.pass(901_000);
    await ann.page.locator("#pause").waitFor({ state: "hidden" });
    expect(await ann.page.locator("#send").isEnabled()).toBe(true);
  });

  test("in slow mode waits for the end of a countdown in the button", async () => {
    await ann.say("too soon");
    const until = new Date((await ann.page.evaluate(() => Date.now())) + 5_000).toISOString();
    await stage.notice(await stage.hear(1), "refused", "This room is in slow mode.", "slow-mode", until);
    const row = await ann.message("too soon", "refused");
    const send = ann.page.locator("#send");
    await ann.page.locator("#text").fill("next");
    await ann.page.locator("#send", { hasText: /^Send in [45]s$/ }).waitFor();
    expect(await send.isDisabled()).toBe(true);
    await ann.pass(2_000);
    await ann.page.locator("#send", { hasText: /^Send in [123]s$/ }).waitFor();
    await ann.pass(4_000);
    await ann.page.locator("#send", { hasText: /^Send$/ }).waitFor();
    await row.getByRole("button", { name: "Retry" }).click();
    await stage.pass(await stage.hear(2));
    await ann.message("too soon", "delivered");
    expect(await ann.page.locator("#text").inputValue()).toBe("next");
  });

  test("is not taken in a locked room, and the note goes when a message comes through again", async () => {
    await ann.say("anybody?");
    await stage.notice(await stage.hear(1), "refused", "Nobody can write in this room for now.", "room-locked");
    const row = await ann.message("anybody?", "refused");
    expect(await ann.page.locator("#pause").innerText()).toBe("Nobody can write in this room for now.");
    await row.getByRole("button", { name: "Retry" }).click();
    await stage.pass(await stage.hear(2));
    await ann.message("anybody?", "delivered");
    expect(await ann.page.locator("#pause").isHidden()).toBe(true);
  });

  test("fails with the reason; Retry sends it again, and two copies are one message", async () => {
    await ann.say("fragile");
    const first = await stage.hear(1);
    await stage.notice(first, "failed", "The message could not be delivered.");
    const row = await ann.message("fragile", "failed");
    expect(await row.locator(".fate-text").textContent()).toBe("Failed: The message could not be delivered.");
    await row.getByRole("button", { name: "Retry" }).click();
    const second = await stage.hear(2);
    expect([second.text, second.author, second.id]).toEqual(["fragile", first.author, `${first.id}~1`]);
    await stage.pass(second);
    await ann.message("fragile", "delivered");
    await stage.pass(first);
    await stage.say("Bob.bbb222", "b1", "done");
    await ann.message("done");
    expect(await ann.texts()).toEqual(["fragile", "done"]);
  });

  test("when the moderator does not answer, the page says so in words for visitors", async () => {
    await ann.say("anybody?");
    await stage.hear(1);
    await ann.pass(9_000);
    await ann.message("anybody?", "unanswered");
    expect(await ann.page.locator("#hint").innerText()).toBe(
      "Messages are delayed. Yours is kept, and is shown as soon as the moderator has seen it.",
    );
    await stage.pass(await stage.hear(1));
    await ann.message("anybody?", "delivered");
    expect(await ann.page.locator("#hint").isHidden()).toBe(true);
  });

  test("waits while there is no connection, in plain words with the next try, and goes out in order when it is back", async () => {
    stage.network.refuse(true);
    await ann.until("lost");
    await ann.page.locator("#connection-text", { hasText: /^Connection lost\. Next try in \d+s\.$/ }).waitFor();
    await ann.say("one");
    await ann.say("two");
    await ann.message("two", "waiting");
    expect(await says(ann, "one")).toContain("Will be sent when the connection is back");
    stage.network.refuse(false);
    await ann.page.locator("#try-now").click();
    await ann.until("connected");
    for (const count of [1, 2]) await stage.pass(await stage.hear(count));
    await ann.message("two", "delivered");
    expect(stage.heard.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(await ann.texts()).toEqual(["one", "two"]);
  });

  test("a reload in the middle loses nothing: what was on its way comes back, what waited goes out, the draft stays", async () => {
    await ann.say("on its way");
    const first = await stage.hear(1);
    stage.network.refuse(true);
    await ann.until("lost");
    await ann.say("waiting");
    await ann.message("waiting", "waiting");
    await ann.page.locator("#text").fill("half a sent");
    await stage.pass(first);
    stage.network.refuse(false);
    await ann.page.reload();
    await ann.message("on its way", "delivered");
    await stage.pass(await stage.hear(2));
    await ann.message("waiting", "delivered");
    expect(stage.heard.map(({ text }) => text)).toEqual(["on its way", "waiting"]);
    expect(await ann.texts()).toEqual(["on its way", "waiting"]);
    expect(await ann.page.locator("#text").inputValue()).toBe("half a sent");
  });

  test("a reload while sending sends the same message, not another", async () => {
    await ann.say("slow");
    await stage.hear(1);
    await ann.page.reload();
    await ann.message("slow", "sending");
    await ann.until("connected");
    await stage.pass(await stage.hear(1));
    await ann.message("slow", "delivered");
    // The broker knows the id: what the page sent again after the reload is no second message.
    expect(stage.heard).toHaveLength(1);
    expect(await ann.texts()).toEqual(["slow"]);
  });

  test("a refusal that came during a reload is heard after it", async () => {
    await ann.say("refused meanwhile");
    const heard = await stage.hear(1);
    await ann.page.goto("about:blank");
    await stage.notice(heard, "refused", "No.");
    await ann.page.goto(stage.url);
    await ann.message("refused meanwhile", "refused");
  });

  test("after a break the gap is filled, each message once", async () => {
    await stage.say("Bob.bbb222", "b1", "before", Date.now() - 3_000);
    await ann.message("before");
    stage.network.refuse(true);
    await ann.until("lost");
    await stage.say("Bob.bbb222", "b2", "meanwhile", Date.now() - 2_000);
    stage.network.refuse(false);
    await ann.page.locator("#try-now").click();
    await ann.message("meanwhile");
    await stage.say("Bob.bbb222", "b3", "after");
    await ann.message("after");
    expect(await ann.texts()).toEqual(["before", "meanwhile", "after"]);
    expect(await ann.page.locator(".line.gap").count()).toBe(0);
  });

  test("after a break too long for the broker to carry on, history fills the gap", async () => {
    const forgetful = await startStage({ pageFolder: kit.pageFolder, limits: { resumePublishes: 1 } });
    const ben = await openChat(kit.browser, forgetful.url);
    const start = Date.now() - 60_000;
    await forgetful.say("Bob.bbb222", "b0", "before", start);
    await ben.message("before");
    forgetful.network.refuse(true);
    await ben.until("lost");
    const missed = Array.from({ length: 130 }, (_, index) => `missed ${index + 1}`);
    for (let from = 0; from < missed.length; from += 65)
      await forgetful.sayMany("Bob.bbb222", missed.slice(from, from + 65));
    await forgetful.say("Bob.bbb222", "b1", "last");
    forgetful.network.refuse(false);
    await ben.page.locator("#try-now").click();
    await ben.message("last");
    expect(await ben.texts()).toEqual(["before", ...missed, "last"]);
    expect(await ben.page.locator(".line.gap").count()).toBe(0);
    await ben.close();
    await forgetful.close();
  });

  test("after the broker was restarted a line says that messages may be missing; nothing typed is lost", async () => {
    await stage.say("Bob.bbb222", "b1", "before", Date.now() - 3_000);
    await ann.message("before");
    await ann.say("mine");
    await ann.message("mine", "sending");
    await stage.hear(1);
    await stage.restartBroker();
    await ann.until("connected");
    await ann.page.locator(".line.gap").waitFor();
    await ann.pass(9_000);
    await (await ann.message("mine", "unanswered")).getByRole("button", { name: "Retry" }).click();
    await stage.pass(await stage.hear(2));
    await ann.message("mine", "delivered");
    await stage.say("Bob.bbb222", "b2", "after");
    await ann.message("after");
    expect(await ann.texts()).toEqual(["before", "mine", "after"]);
  });

  test("sorts each sender's messages by source time, and drops repeats", async () => {
    const at = Date.now() - 10_000;
    await stage.say("Bob.bbb222", "b2", "second", at + 20);
    await stage.say("Bob.bbb222", "b1", "first", at + 10);
    await stage.say("Bob.bbb222", "b1", "first again", at + 30);
    await stage.say("Eve.eee222", "b1", "Eve's own", at + 40);
    await ann.message("Eve's own");
    expect(await ann.texts()).toEqual(["first", "second", "Eve's own"]);
  });
});
