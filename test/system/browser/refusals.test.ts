/** What the server refuses somebody who visits an address: a page in the language of the browser, with a way on. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { CLIENT, type StandingProvider, startProvider } from "../../helpers/oidc-provider.ts";
import { violations } from "./axe.ts";

const log = { info() {}, error() {} };

describeInBrowser("a refusal", (kit) => {
  const redirects: string[] = [];
  let provider: StandingProvider;
  let product: Product;
  beforeAll(async () => {
    provider = await startProvider(redirects);
    provider.people.set("bob", { name: "Bob", email: "bob@example.com", isVerified: true });
    product = await start(provider.issuer);
  });
  afterAll(async () => {
    await product.close();
    await provider.close();
  });

  async function start(issuer: string): Promise<Product> {
    const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
    const started = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", SIGN_IN: "required", MODERATORS: "ana@example.com", ...oidc },
      { pageFolder: kit.pageFolder, log },
    );
    redirects.push(`${started.url}/sign-in/return`);
    return started;
  }

  async function visit(locale: string): Promise<{ page: Page; problems: string[]; close(): Promise<void> }> {
    const context = await kit.browser.newContext({ locale, colorScheme: "light" });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    // The provider's pages are not ours, and the status of a refusal is no fault.
    page.on("console", (message) => {
      const isOurs = message.location().url.startsWith(product.url);
      if (message.type() === "error" && isOurs && !message.text().includes("the server responded with"))
        problems.push(message.text());
    });
    return { page, problems, close: async () => await context.close() };
  }

  async function said(page: Page): Promise<string[]> {
    const { lang, dir } = await page
      .locator("html")
      .evaluate((root: HTMLElement) => ({ lang: root.lang, dir: root.dir }));
    return [lang, dir, await page.locator("h1").innerText(), await page.locator("h1 + p").innerText()];
  }

  test.each([
    ["en-GB", "en", "ltr", "That did not work", "The sign-in did not succeed; try again."],
    ["de-AT", "de", "ltr", "Das hat nicht geklappt", "Die Anmeldung ist nicht gelungen; versuch es noch einmal."],
    ["es-MX", "es", "ltr", "Eso no ha funcionado", "No se pudo iniciar la sesión; inténtalo de nuevo."],
    ["ar-EG", "ar", "rtl", "لم ينجح ذلك", "لم ينجح تسجيل الدخول؛ حاول من جديد."],
  ])(
    "of a sign-in is told in the browser's language, %s, and the way goes on to the same room",
    async (locale, ...row) => {
      const { page, problems, close } = await visit(locale);
      await page.goto(`${product.url}/r/garden`);
      await page.locator("[name=login]").waitFor();
      const answer = await page.goto(`${product.url}/sign-in/return?error=access_denied`);
      expect([answer?.status(), answer?.headers()["cache-control"]]).toEqual([400, "no-store"]);
      expect(await said(page)).toEqual(row);
      expect(await page.locator(".about").innerText()).toBe(`sign_in_failed ${answer?.headers()["x-request-id"]}`);
      expect(await violations(page)).toEqual([]);
      await page.locator("main a").first().click();
      await page.locator("[name=login]").fill("bob");
      await page.locator("[name=password]").fill("any");
      await page.locator("[type=submit]").click();
      await page.locator("[name=prompt][value=consent]").waitFor({ state: "attached" });
      await page.locator("[type=submit]").click();
      await page.locator("#connection[data-state=connected]").waitFor();
      expect(new URL(page.url()).pathname).toBe("/r/garden");
      expect(problems).toEqual([]);
      await close();
    },
  );

  test("is one page for each thing that can go wrong", async () => {
    const { page, problems, close } = await visit("de");
    const at = async (address: string) => [(await page.goto(address))?.status(), ...(await said(page)).slice(2)];
    const failed = "Das hat nicht geklappt";
    expect(await at(`${product.url}/sign-in/return?code=1`)).toEqual([
      400,
      failed,
      "Diese Anmeldung wurde nicht in diesem Browser begonnen, oder vor zu langer Zeit; melde dich noch einmal an.",
    ]);
    expect(await at(`${product.url}/r/%E0%A4%A`)).toEqual([400, failed, "Die Anfrage ist nicht lesbar."]);
    const nothing = "An dieser Adresse ist nichts";
    expect(await at(`${product.url}/r/potato`)).toEqual([
      404,
      nothing,
      "Der Name dieses Raums enthält ein Wort, das hier nicht erlaubt ist; nimm einen anderen Raum.",
    ]);
    expect(await at(`${product.url}/r/Potato!`)).toEqual([
      404,
      nothing,
      "Ein Raumname hat 1 bis 40 Zeichen: Buchstaben a-z, Ziffern und Bindestriche.",
    ]);

    await page.goto(`${product.url}/sign-in?to=/moderate`);
    await page.locator("[name=login]").fill("bob");
    await page.locator("[name=password]").fill("any");
    await page.locator("[type=submit]").click();
    await page.locator("[name=prompt][value=consent]").waitFor({ state: "attached" });
    await page.locator("[type=submit]").click();
    await page.locator("h1", { hasText: failed }).waitFor();
    expect((await said(page)).at(-1)).toBe(
      "Dieses Konto moderiert hier nicht, oder seine E-Mail-Adresse ist nicht bestätigt.",
    );

    const gone = await startProvider([]);
    await gone.close();
    const alone = await start(gone.issuer);
    expect(await at(`${alone.url}/r/garden`)).toEqual([
      503,
      failed,
      "Der Anmeldedienst ist nicht erreichbar; versuch es noch einmal.",
    ]);
    await alone.close();
    expect(problems).toEqual([]);
    await close();
  });
});
