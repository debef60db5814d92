/** `npm run dev` as a developer meets it: a change on disk is a change in the open browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A port that was free a moment ago: the server must come back on the one it had. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describeInBrowser("npm run dev", (kit) => {
  let folder: string;
  let child: ChildProcess;
  let url: string;
  let chat: ChatPage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "asterism-dev-"));
    for (const part of ["package.json", "tsconfig.json", "server", "lambda", "public"]) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const port = await freePort();
    child = spawn(process.execPath, ["--import", "tsx", "server/dev.ts"], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise<void>((resolve) => {
      child.stdout?.on("data", (chunk) => String(chunk).includes("http://") && resolve());
    });
    url = `http://127.0.0.1:${port}`;
    chat = await openChat(kit.browser, url);
  });
  afterAll(async () => {
    await chat?.close();
    const ended = once(child, "exit");
    if (child.kill("SIGTERM")) await ended;
    await rm(folder, { recursive: true, force: true });
  });

  test("a change of the page reloads it, and a change of the server restarts it; the visitor stays the same", async () => {
    await chat.rename("Dee");
    const document = join(folder, "public", "index.html");
    await writeFile(document, (await readFile(document, "utf8")).replace("{{writeHint}}", "Say something"));
    await chat.page.getByPlaceholder("Say something").waitFor();
    await chat.until("connected");
    const log = join(folder, "server", "log.ts");
    await writeFile(log, `${await readFile(log, "utf8")}\n`);
    await chat.page.waitForEvent("load");
    await chat.page.getByPlaceholder("Say something").waitFor();
    await chat.until("connected");
    expect(await chat.page.locator("#you-name").textContent()).toBe("Dee");
  });
});
