/** The desk as docs/moderators.md shows it, and a message on its way from held to shown as the README does. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type DeskPage, openDesk, POLICY, putPolicy } from "../../helpers/desk-page.ts";
import { type Frame, keep, moving, sideBySide } from "../../helpers/pictures.ts";

const LINK = "Seed swap this weekend: https://seeds.example/swap";
const MOVING_BYTES = 1_000_000;

describeInBrowser("the pictures of the desk", (kit) => {
  let product: Product;
  let bob: ChatPage;
  let mira: ChatPage;

  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
    await putPolicy(product, POLICY);
    bob = await visit("Bob");
    mira = await visit("Mira");
    await bob.say("Morning all");
    await bob.message("Morning all", "delivered");
    await mira.say("Did anybody water the tomatoes?");
    await mira.message("Did anybody water the tomatoes?", "delivered");
    await bob.say("WHO TOOK MY WATERING CAN AGAIN");
    await bob.message("WHO TOOK MY WATERING CAN AGAIN", "delivered");
    await mira.say("Behind the shed, under the potato sacks.");
    await mira.message("Behind the shed, under the ****** sacks.", "starred");
  });
  afterAll(async () => {
    await bob?.close();
    await mira?.close();
    await product?.close();
  });

  async function visit(name: string): Promise<ChatPage> {
    const chat = await openChat(kit.browser, product.url, { path: "/r/garden", viewport: { width: 420, height: 600 } });
    await chat.rename(name);
    await chat.page.mouse.move(0, 0);
    return chat;
  }
  const isWhole = async (desk: DeskPage) => await desk.page.locator(".case .facts").nth(2).waitFor();

  test("held, approved, shown", async () => {
    const desk = await openDesk(kit.browser, product, { viewport: { width: 880, height: 600 } });
    await desk.page.locator(".case .quote", { hasText: "WATERING CAN" }).first().waitFor();
    await desk.keys("d");
    await desk.told("Dismissed");
    await desk.page.locator(".toast").getByRole("button", { name: "Close" }).click();
    const frames: Frame[] = [];
    const take = async (ms: number): Promise<void> => {
      frames.push({ windows: [await bob.page.screenshot(), await desk.page.screenshot()], ms });
    };
    await take(900);
    await bob.page.locator("#text").fill(LINK);
    await take(1_200);
    await bob.page.locator("#text").press("Enter");
    await bob.message(LINK, "held");
    await isWhole(desk);
    await take(3_400);
    await desk.keys("a");
    await desk.told("Approved");
    await bob.message(LINK, "delivered");
    await mira.message(LINK);
    await take(2_800);
    const picture = await moving(await desk.context.newPage(), frames);
    expect(picture.length).toBeLessThan(MOVING_BYTES);
    await keep("held-approved.webp", picture);
    await desk.close();
  });

  test("the queue, on a desk and on a phone", async () => {
    for (const text of ["Cheap compost: https://compost.example/offer", "Look: https://pictures.example/carrot"]) {
      await bob.say(text);
      await bob.message(text, "held");
    }
    const desk = await openDesk(kit.browser, product, { viewport: { width: 1100, height: 760 } });
    await desk.page.locator(".row-text", { hasText: "compost.example" }).click();
    await isWhole(desk);
    await keep("desk-queue.png", await desk.page.screenshot());
    await desk.close();
    const phone = await openDesk(kit.browser, product, { viewport: { width: 360, height: 720 } });
    await phone.page.locator(".row-text", { hasText: "compost.example" }).waitFor();
    const pictures = [await phone.page.screenshot()];
    await phone.page.locator(".row-text", { hasText: "compost.example" }).click();
    await isWhole(phone);
    pictures.push(await phone.page.screenshot());
    await keep("desk-phone.png", await sideBySide(await phone.context.newPage(), pictures));
    await phone.close();
  });

  test("a word taken into a list, tried and tested before it is saved", async () => {
    const desk = await openDesk(kit.browser, product, { viewport: { width: 1100, height: 900 } });
    await desk.view("Policy");
    await desk.page.getByLabel("Take a word into a list").fill("compost*");
    await desk.keys("Enter");
    await desk.page.locator("#try-text").fill("C.0.M.P.0.S.T for sale");
    await desk.page.locator(".proving .hit").first().waitFor();
    await desk.page.getByRole("button", { name: "Save…" }).click();
    await desk.page.getByLabel("in the room").fill("garden");
    await desk.page.locator(".backtest li").first().waitFor();
    await keep("desk-policy.png", await desk.page.screenshot());
    await desk.close();
  });

  test("a person's record, with a mute about to be set", async () => {
    const desk = await openDesk(kit.browser, product, { viewport: { width: 1100, height: 760 } });
    const person = await bob.page.locator("#you-suffix").textContent();
    await desk.page.goto(`${product.url}/moderate#people/${person}`);
    await desk.page.getByRole("heading", { level: 2, name: /^Bob/ }).waitFor();
    await desk.page.getByLabel(/^Reason/).fill("nothing but offers");
    await keep("desk-people.png", await desk.page.screenshot());
    await desk.close();
  });
});
