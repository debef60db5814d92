/** The desk in a real browser, in the words of moderators. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Product } from "../../server/product.ts";

export interface DeskPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors thrown, and everything on the console that is an error. */
  readonly problems: string[];
  /** Presses keys one after the other, where the focus is. */
  keys(...keys: string[]): Promise<void>;
  /** Waits until a case with this text is in the list. */
  waiting(text: string): Promise<void>;
  /** Waits until the desk has told this, for the eye. */
  told(sentence: string): Promise<void>;
  view(name: "Queue" | "Live" | "People" | "Policy" | "Audit"): Promise<void>;
  /** Saves a policy on top of the newest one, without the editor, and waits until the function knows it. */
  put(policy: object, reason: string): Promise<void>;
  close(): Promise<void>;
}

/** A policy in which links are held, shouting is flagged and slurs are blocked. */
export const POLICY = {
  lists: { "house words": "words.txt", slurs: ["grunt*"] },
  rules: [
    { name: "house words", when: { words: ["house words"] }, action: "mask" },
    { name: "links", when: { links: { allow: ["example.com"] } }, action: "hold" },
    { name: "shouting", when: { capitals: { share: 0.7, letters: 10 } }, action: "flag" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block", tell: "That word is not used here." },
  ],
};
/** The function looks for a new policy while there is work, and knows it two seconds later at the latest. */
const IN_FORCE_MS = 2_100;

/** Signs in by a one-time link without a browser; gives back what its requests carry. */
export async function signInByLink(product: Product): Promise<Record<string, string>> {
  const entered = await fetch(product.moderatorLink() ?? "", { redirect: "manual" });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return { cookie, "content-type": "application/json", "sec-fetch-site": "same-origin" };
}

/** Saves a policy on top of the newest one, without a browser, and waits until the function knows it. */
export async function putPolicy(product: Product, policy: object): Promise<void> {
  const headers = await signInByLink(product);
  const at = `${product.url}/moderate/policy`;
  const { version } = (await (await fetch(at, { headers })).json()) as { version: number };
  const body = JSON.stringify({ policy, reason: "for these tests" });
  const answer = await fetch(at, { method: "PUT", headers: { ...headers, "if-match": String(version) }, body });
  if (!answer.ok) throw new Error(`unable to save the policy; the server answered ${answer.status}`);
  await new Promise((resolve) => setTimeout(resolve, IN_FORCE_MS));
}

/** Signs in by a one-time link. */
export async function openDesk(
  browser: Browser,
  product: Product,
  { name = "Ana", ...options }: BrowserContextOptions & { name?: string } = {},
): Promise<DeskPage> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(product.moderatorLink(name) ?? "");
  await page.locator(".feed[data-state=connected]").waitFor();
  return {
    page,
    context,
    problems,
    async keys(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    waiting: async (text) => await page.locator(".row-text", { hasText: text }).waitFor(),
    told: async (sentence) => await page.locator(".toast", { hasText: sentence }).waitFor(),
    async view(name) {
      await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor({ state: "attached" });
    },
    async put(policy, reason) {
      const save = async () =>
        await page.evaluate(
          async (body) => {
            const { version } = (await (await fetch("/moderate/policy")).json()) as { version: number };
            const headers = { "content-type": "application/json", "if-match": String(version) };
            return (await fetch("/moderate/policy", { method: "PUT", headers, body: JSON.stringify(body) })).status;
          },
          { policy, reason },
        );
      const first = await save();
      // A store that is late on a busy machine is asked again, as the answer says.
      const status = first === 503 ? await save() : first;
      if (status !== 200) throw new Error(`unable to save the policy; the server answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, IN_FORCE_MS));
    },
    close: async () => await context.close(),
  };
}
