/** The page in the languages of its visitors: the browser's, the one they chose, and one that is written from the right. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

describeInBrowser("languages", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    await stage.say("Bob.bbb222", "b1", "Hello");
  });
  afterAll(async () => await stage.close());

  test.each([
    { locale: "de-AT", lang: "de", send: "Senden", connected: "Verbunden" },
    { locale: "es-MX", lang: "es", send: "Enviar", connected: "Conectado" },
    { locale: "ar", lang: "ar", send: "أرسل", connected: "متصل" },
    { locale: "fi-FI", lang: "en", send: "Send", connected: "Connected" },
  ])("a browser in $locale shows the page in $lang", async ({ locale, lang, send, connected }) => {
    const ann = await openChat(kit.browser, stage.url, { locale });
    const { page } = ann;
    expect(await page.locator("html").getAttribute("lang")).toBe(lang);
    expect(await page.locator("#send").textContent()).toBe(send);
    await page.locator("#connection-text", { hasText: connected }).waitFor();
    await page.goto(`${stage.url}/nothing/here`);
    expect(await page.locator("html").getAttribute("lang")).toBe(lang);
    expect(ann.problems.filter((problem) => !problem.includes("404"))).toEqual([]);
    await ann.close();
  });

  test("a language that somebody chooses is kept, as is what they had begun to write", async () => {
    const ann = await openChat(kit.browser, stage.url);
    await ann.page.locator("#text").fill("half a sent");
    await ann.page.locator("#language").selectOption("de");
    await ann.page.locator("#send", { hasText: "Senden" }).waitFor();
    await ann.until("connected");
    expect(await ann.page.locator("#text").inputValue()).toBe("half a sent");
    const tab = await ann.tab("/r/garden");
    expect(await tab.page.locator("#language").inputValue()).toBe("de");
    await tab.page.locator("#language").selectOption("en");
    await tab.page.locator("#send").getByText("Send", { exact: true }).waitFor();
    await ann.close();
  });

  test.each([
    { locale: "de", guest: "Gast", you: "Gast (du)", choose: "Namen wählen" },
    { locale: "es", guest: "Visitante", you: "Visitante (tú)", choose: "Elegir un nombre" },
    { locale: "ar", guest: "زائر", you: "\u2068زائر\u2069 (أنت)", choose: "اختر اسمًا" },
  ])("whoever has no name is $guest in $locale, and whoever took that word for a name is told apart", async (row) => {
    const ann = await openChat(kit.browser, stage.url, { locale: row.locale });
    const { page } = ann;
    expect(await page.locator("#you-name").textContent()).toBe(row.guest);
    expect(await page.locator("#you-avatar").textContent()).toBe([...row.guest][0]);
    expect(await page.locator("#you-open").textContent()).toBe(row.choose);
    await page.locator("#people .person-name").getByText(row.you, { exact: true }).waitFor();
    await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });

    const [here, there] = [`a person in ${row.locale}`, `somebody called so in ${row.locale}`];
    await stage.say("Guest.ddd222", `g-${row.locale}`, here);
    await stage.say(`${row.guest}.eee222`, `n-${row.locale}`, there);
    await page.locator("#announce", { hasText: there }).waitFor({ state: "attached" });
    expect(await page.locator("#announce").textContent()).toContain(row.guest);
    const looks = await Promise.all(
      [here, there].map(async (text) => {
        const message = await ann.message(text);
        expect(await message.locator(".author").textContent()).toBe(row.guest);
        expect(await message.getAttribute("aria-label")).toContain(`${row.guest}, `);
        return [await message.locator(".suffix").textContent(), await message.getAttribute("data-hue")];
      }),
    );
    expect(looks.map(([suffix]) => suffix)).toEqual(["ddd222", "eee222"]);
    expect(looks[0]?.[1]).not.toBe(looks[1]?.[1]);
    expect(await page.locator("body").innerText()).not.toContain("Guest");

    // In English these two are no look-alikes.
    if (row.locale === "de") {
      await page.locator("#language").selectOption("en");
      await page.locator("#you-name").getByText("Guest", { exact: true }).waitFor();
      const named = await ann.message(there);
      expect(await named.locator(".author").textContent()).toBe("Gast");
      expect(await named.locator(".suffix").textContent()).toBe("");
    }
    await ann.close();
  });

  test("a refusal is told in the visitor's language, by its code", async () => {
    const ann = await openChat(kit.browser, stage.url, { locale: "de" });
    await ann.say("bad");
    await stage.notice(await stage.hear(stage.heard.length), "refused", "The message is too long.", "too-long");
    const row = await ann.message("bad", "refused");
    expect(await row.locator(".fate-text").textContent()).toBe("Abgelehnt: Die Nachricht ist zu lang.");
    await ann.page.locator("#you-open").click();
    await ann.page.locator("#new-name").fill("???");
    await ann.page.locator("#new-name").press("Enter");
    await ann.page.locator("#name-error", { hasText: "Ein Name hat 1 bis 24" }).waitFor();
    await ann.close();
  });

  test("in Arabic everything is mirrored, and nothing is cut or pushed out, on a desk and on a phone", async () => {
    for (const viewport of [
      { width: 1100, height: 700 },
      { width: 360, height: 720 },
    ]) {
      const ann = await openChat(kit.browser, stage.url, { locale: "ar-EG", viewport });
      await ann.message("Hello");
      await ann.say("مرحبا بالجميع");
      await ann.message("مرحبا بالجميع", "sending");
      const at = async (selector: string) => {
        const box = await ann.page.locator(selector).first().boundingBox();
        if (box === null) throw new Error(`${selector} is not seen`);
        return box.x + box.width / 2;
      };
      // One's own messages stand at the end of the line, which is on the left.
      expect(await at(".own .bubble")).toBeLessThan(await at(".message:not(.own) .bubble"));
      expect(await at("#send")).toBeLessThan(await at("#text"));
      if (viewport.width > 1_000) expect(await at("#side")).toBeGreaterThan(await at("#log"));
      const wide = await ann.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      await ann.close();
    }
  });
});
