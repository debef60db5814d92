/** A hostile visitor with the page's own token, and texts made to break a page. */
import * as Ably from "ably";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const quiet = { info() {}, error() {} };
const MARKUP = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

describeInBrowser("a hostile visitor", (kit) => {
  let product: Product;
  let client: Ably.Realtime | undefined;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0" },
      { pageFolder: kit.pageFolder, log: quiet },
    );
  });
  afterEach(() => client?.close());
  afterAll(async () => await product.close());

  /** The SDK, outside the page, with the very token that the page gets. */
  async function takeOver({ page }: ChatPage): Promise<Ably.Realtime> {
    const token = () => page.evaluate(async () => (await fetch("/auth")).json());
    const { hostname, port } = new URL(product.url);
    client = new Ably.Realtime({
      authCallback: (_params, done) => void token().then((request: Ably.TokenRequest) => done(null, request)),
      endpoint: hostname,
      port: Number(port),
      tls: false,
      logLevel: 0,
    });
    await client.connection.once("connected");
    return client;
  }

  const refused = async (attempt: Promise<unknown>): Promise<number> =>
    await attempt.then(
      () => 0,
      (error: Ably.ErrorInfo) => error.code,
    );

  test("cannot publish past the moderator, to another's notices, or under another name", async () => {
    const ann = await openChat(kit.browser, product.url);
    const eve = await openChat(kit.browser, product.url);
    await eve.rename("Eve");
    const annId = `Guest.${await ann.page.locator("#you-suffix").textContent()}`;
    const sdk = await takeOver(eve);
    const { channels } = sdk;
    const message = { name: "message", data: "unmoderated Potato" };
    expect(await refused(channels.get("chat:to-clients").publish(message))).toBe(40160);
    expect(await refused(channels.get("chat:to-clients:garden").publish(message))).toBe(40160);
    expect(await refused(channels.get("chat:from-clients:garden").publish(message))).toBe(40160);
    const notice = { "source-id": "x", outcome: "refused", message: "unmoderated Potato" };
    expect(await refused(channels.get(`chat:notices:${annId.split(".").at(-1)}`).publish("notice", notice))).toBe(
      40160,
    );
    expect(await refused(channels.get(`chat:notices:${annId.split(".").at(-1)}`).subscribe(() => {}))).toBe(40160);
    const inbound = channels.get("chat:from-clients");
    expect(await refused(inbound.publish({ ...message, clientId: annId }))).toBe(40012);
    expect(await refused(channels.get("chat:to-clients").presence.enterClient(annId, "Potato"))).toBe(40012);
    await eve.say("moderated");
    await ann.message("moderated");
    expect(await ann.texts()).toEqual(["moderated"]);
    await ann.close();
    await eve.close();
  });

  test("shows nothing that was not moderated: names, presence data, event names, headers", async () => {
    const ann = await openChat(kit.browser, product.url);
    const eve = await openChat(kit.browser, product.url);
    const before = (await ann.texts()).length;
    const { channels } = await takeOver(eve);
    const outbound = channels.get("chat:to-clients");
    await outbound.presence.enter({ typing: `${MARKUP} Potato`, name: MARKUP, status: "Potato" });
    await outbound.presence.update(MARKUP);
    const inbound = channels.get("chat:from-clients");
    const headers = { "source-id": MARKUP, "source-timestamp": "1", starred: MARKUP, author: "Ann" };
    await inbound.publish({ name: MARKUP, data: MARKUP, id: MARKUP, extras: { headers } });
    await inbound.publish({ name: "notice", data: { text: "Potato pie", name: MARKUP, author: MARKUP } });
    await inbound.publish({ name: "message", data: { html: MARKUP } });
    await inbound.publish({ name: "message", data: MARKUP, id: "plain" });
    await ann.message("****** pie");
    await ann.page.locator(".text", { hasText: "<script>" }).last().waitFor();
    expect((await ann.texts()).slice(before).filter((text) => text !== MARKUP && text !== "****** pie")).toEqual([]);
    expect(await ann.page.locator(".message img, .message script, #people img").count()).toBe(0);
    expect(await ann.page.title()).not.toContain("owned");
    // The page's own words about potatoes aside, which are hidden by now.
    const words = await ann.page.locator("body").evaluate((body) => {
      const copy = body.cloneNode(true) as HTMLElement;
      copy.querySelector("#empty")?.remove();
      return copy.textContent;
    });
    expect(words).toContain("****** pie");
    expect(words).not.toMatch(/potato/i);
    expect([...ann.problems, ...eve.problems]).toEqual([]);
    await ann.close();
    await eve.close();
  });

  test("cannot take markup for a name", async () => {
    const eve = await openChat(kit.browser, product.url);
    await eve.page.locator("#you-open").click();
    await eve.page.locator("#new-name").fill("<b>Eve</b>");
    await eve.page.locator("#new-name").press("Enter");
    await eve.page.locator("#name-error", { hasText: "A name has" }).waitFor();
    await eve.close();
  });

  test("an unlucky text is harmless: scripts, links, bidi controls, zalgo, ten thousand emoji, an endless word", async () => {
    const stage: Stage = await startStage({ pageFolder: kit.pageFolder });
    const ann = await openChat(kit.browser, stage.url, { viewport: { width: 390, height: 780 } });
    const texts = [
      MARKUP,
      "javascript:alert(1) data:text/html,x https://bank.example@evil.example",
      "\u202etxet desrever \u2066\u202a",
      `Z${"\u0351\u036b\u0343\u036a\u0302".repeat(80)}algo`,
      "😀".repeat(10_000),
      "w".repeat(1_900),
      "\n".repeat(500),
    ];
    for (const [index, text] of texts.entries()) await stage.say("Eve.eee222", `e${index}`, text, 1_000 + index);
    await stage.say(`${MARKUP}.eee222`, "name", "who am I?", 2_000);
    await stage.say("Bob.bbb222", "last", "still here", 3_000);
    const row = await ann.message("still here");
    expect(await ann.texts()).toEqual([...texts, "who am I?", "still here"]);
    expect(await (await ann.message("who am I?")).locator(".author").textContent()).toBe("Unknown");
    expect(await ann.page.locator(".message :is(a, img, script)").count()).toBe(0);
    // Nothing is wider than the screen, and each message keeps to its own place.
    expect(await ann.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const overlaps = await ann.page.locator(".bubble").evaluateAll((bubbles) =>
      bubbles.filter((bubble) => {
        const box = bubble.getBoundingClientRect();
        return box.left < 0 || box.right > innerWidth || box.height > 2 * innerHeight;
      }),
    );
    expect(overlaps).toEqual([]);
    expect(await row.isVisible()).toBe(true);
    expect(ann.problems).toEqual([]);
    await ann.close();
    await stage.close();
  });

  test("the policy forbids inline scripts and styles, other origins, and frames", async () => {
    const { headers } = await fetch(product.url);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
  });
});
