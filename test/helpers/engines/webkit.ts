/** WebKit as GNOME ships it, by its own WebDriver, on a display that nobody sees. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine, Tab } from "./tab.ts";

const DRIVER = "/usr/bin/WebKitWebDriver";
const DISPLAY_SERVER = "/usr/bin/Xvfb";
const ENTER = "\uE007";
const CONTROL = "\uE009";
const DELETE = "\uE017";
/** Keys that have a name, as WebDriver writes them. */
const NAMED: Readonly<Record<string, string>> = { Enter: ENTER, Tab: "\uE004", Escape: "\uE00C", ArrowUp: "\uE013" };
/** The name of an element in WebDriver's answers. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const START_MS = 20_000;

/** The small browser that comes with WebKitGTK, wherever the machine's kind of processor puts it. */
function findBrowser(): string | undefined {
  return (existsSync("/usr/lib") ? readdirSync("/usr/lib") : [])
    .flatMap((folder) => ["4.1", "4.0"].map((version) => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`))
    .find((path) => existsSync(path));
}

export const webkit: Engine = {
  name: "WebKit",
  missing() {
    if (!existsSync(DRIVER) || findBrowser() === undefined) return "webkit2gtk-driver";
    return existsSync(DISPLAY_SERVER) ? undefined : "xvfb";
  },
  async visit() {
    const driver = await freePort();
    const folder = await mkdtemp(join(tmpdir(), "asterism-webkit-"));
    await mkdir(join(folder, "gtk-3.0"));
    await writeFile(join(folder, "gtk-3.0", "settings.ini"), "[Settings]\ngtk-overlay-scrolling=0\n");
    const screen = spawn(DISPLAY_SERVER, ["-screen", "0", "1280x900x24", "-nolisten", "tcp", "-displayfd", "1"]);
    const children: ChildProcess[] = [screen];
    const [number] = (await once(screen.stdout, "data")) as [Buffer];
    const display = `:${number.toString().trim()}`;
    children.push(
      spawn(DRIVER, [`--port=${driver}`, "--host=127.0.0.1"], {
        env: { ...process.env, ...SETTINGS, DISPLAY: display, XDG_CONFIG_HOME: folder },
      }),
    );
    await listening(driver);
    const session = await openSession(`http://127.0.0.1:${driver}`);
    return {
      tab: session.tab,
      async close() {
        await session.close();
        for (const child of children.reverse()) await end(child);
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

/** No graphics card is asked for. Tests show their own pages, so no sandbox is needed. */
const SETTINGS = {
  GDK_BACKEND: "x11",
  LANGUAGE: "en_GB",
  LC_ALL: "C.UTF-8",
  LIBGL_ALWAYS_SOFTWARE: "1",
  WEBKIT_DISABLE_COMPOSITING_MODE: "1",
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
};

async function openSession(url: string): Promise<{ tab(): Promise<Tab>; close(): Promise<void> }> {
  const options = { binary: findBrowser(), args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const { sessionId } = await command<{ sessionId: string }>("POST", `${url}/session`, { capabilities });
  const base = `${url}/session/${sessionId}`;
  await command("POST", `${base}/window/rect`, { width: 1_200, height: 800 });
  let isFirst = true;
  return {
    async tab() {
      const window = isFirst
        ? await command<string>("GET", `${base}/window`)
        : (await command<{ handle: string }>("POST", `${base}/window/new`, { type: "tab" })).handle;
      isFirst = false;
      return tabOf(base, window);
    },
    close: async () => void (await command("DELETE", base)),
  };
}

function tabOf(base: string, handle: string): Tab {
  async function ask<T>(path: string, body: object = {}): Promise<T> {
    await command("POST", `${base}/window`, { handle });
    return await command<T>("POST", `${base}/${path}`, body);
  }
  async function element(selector: string): Promise<string> {
    const found = await ask<Record<string, string>>("element", { using: "css selector", value: selector });
    return `element/${found[ELEMENT]}`;
  }
  return {
    goto: async (address) => void (await ask("url", { url: address })),
    reload: async () => void (await ask("refresh")),
    read: async (expression) => await ask("execute/sync", { script: `return ${expression}`, args: [] }),
    click: async (selector) => void (await ask(`${await element(selector)}/click`)),
    async type(selector, text) {
      const field = await element(selector);
      await ask(`${field}/value`, { text: `${CONTROL}a${CONTROL}${DELETE}${text}` });
    },
    async press(key) {
      await command("POST", `${base}/window`, { handle });
      const focused = await command<Record<string, string>>("GET", `${base}/element/active`);
      await ask(`element/${focused[ELEMENT]}/value`, { text: NAMED[key] ?? key });
    },
    enter: async (selector) => void (await ask(`${await element(selector)}/value`, { text: ENTER })),
  };
}

async function command<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T };
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

async function listening(port: number): Promise<void> {
  const until = Date.now() + START_MS;
  for (;;) {
    const socket = createConnection(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await pause(50);
    } finally {
      socket.destroy();
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}
