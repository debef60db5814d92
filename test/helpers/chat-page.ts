/** The chat page in a real browser, in the words of its users. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";

export type Fate = "waiting" | "sending" | "unanswered" | "delivered" | "starred" | "held" | "refused" | "failed";

export interface ChatPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page: errors thrown, and everything on the console that is an error. */
  readonly problems: string[];
  /** Waits until the connection is in a state. */
  until(state: "connecting" | "connected" | "lost" | "failed" | "left"): Promise<void>;
  say(text: string): Promise<void>;
  /** Waits for a message whose text is exactly this, perhaps with a fate. */
  message(text: string, fate?: Fate): Promise<Locator>;
  /** Lets time pass in the page at once; only in a page that was opened with `clock`. */
  pass(ms: number): Promise<void>;
  /** The texts in the log, in order. */
  texts(): Promise<string[]>;
  people(): Promise<string[]>;
  /** Another tab of the same browser. */
  tab(path?: string): Promise<ChatPage>;
  /** Takes a name through the dialog, and waits until it is ours. */
  rename(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the chat as a new visitor and waits until it is connected. */
export async function openChat(
  browser: Browser,
  url: string,
  { path = "/", clock = false, ...options }: BrowserContextOptions & { path?: string; clock?: boolean } = {},
): Promise<ChatPage> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  if (clock) await context.clock.install();
  return await openTab(context, new URL(path, url));
}

async function openTab(context: BrowserContext, url: URL): Promise<ChatPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url.href);
  const chat: ChatPage = {
    page,
    context,
    problems,
    until: async (state) => await page.locator(`#connection[data-state=${state}]`).waitFor(),
    async say(text) {
      await page.locator("#text").fill(text);
      await page.locator("#text").press("Enter");
    },
    async message(text, fate) {
      const row = page
        .locator(fate === undefined ? ".message" : `.message[data-fate=${fate}]`)
        .filter({ has: page.locator(".text", { hasText: exactly(text) }) });
      await row.first().waitFor();
      return row.first();
    },
    pass: async (ms) => await page.clock.fastForward(ms),
    texts: async () => await page.locator("#log .text").allTextContents(),
    people: async () => await page.locator("#people li .person-name").allTextContents(),
    tab: async (path = url.pathname) => await openTab(context, new URL(path, url)),
    async rename(name) {
      const drawer = page.locator(".side-button");
      if (await drawer.isVisible()) await drawer.click();
      await page.locator("#you-open").click();
      await page.locator("#new-name").fill(name);
      await page.locator("#new-name").press("Enter");
      await page.locator("#you-dialog").waitFor({ state: "hidden" });
      await page.locator("#you-name").getByText(name, { exact: true }).waitFor({ state: "attached" });
      await chat.until("connected");
    },
    close: async () => await context.close(),
  };
  await chat.until("connected");
  return chat;
}

/** A whole text, however its white space is laid out. */
function exactly(text: string): RegExp {
  const words = text
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^\\s*${words.join("\\s+")}\\s*$`);
}
