/** `npm run replay` as a developer runs it: against the local product, from the file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Rest } from "ably";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";

const KEY = "replay.root:s3cr3tValue";
let product: Product;
let port: string;
const folder = mkdtempSync(join(tmpdir(), "asterism-replay-"));

beforeAll(async () => {
  const quiet = { info: () => undefined, error: () => undefined };
  product = await startProduct({ PORT: "0", LOCAL_DATA: "memory", LOCAL_ABLY_KEY: KEY }, { log: quiet });
  port = new URL(product.url).port;
});

afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true });
});

/** What a developer's own `.env` says must not matter. */
const BLANK = {
  ABLY_API_KEY: "",
  ABLY_PUBLISH_KEY: "",
  ABLY_HISTORY_KEY: "",
  LOCAL_ABLY_KEY: "",
  QUARANTINE_URL: "",
  BANNED_WORDS: "",
};

async function runReplay(...options: string[]) {
  const root = join(import.meta.dirname, "../../..");
  const env = {
    ...BLANK,
    PATH: process.env.PATH,
    LOCAL_ABLY_KEY: KEY,
    PORT: port,
    QUARANTINE_URL: `file://${folder}/kept.jsonl`,
  };
  const child = spawn(process.execPath, ["--import", "tsx", "lambda/commands/replay.ts", ...options], {
    cwd: root,
    env,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      output += String(data);
    });
  const [status] = await once(child, "close");
  return { status, output };
}

const line = (id: string, data: string) =>
  `${JSON.stringify({
    version: 1,
    at: Date.now(),
    reason: "not-delivered",
    mode: "batch",
    what: {
      kind: "message",
      channel: "chat:from-clients",
      sourceId: id,
      message: { id, clientId: "Ada.x1y2z3", timestamp: Date.now() - 600_000, data },
    },
    attempts: 3,
  })}\n`;

test("shows each kept message once, however often it is run", async () => {
  const path = join(folder, "kept.jsonl");
  writeFileSync(path, line("m1", "I like potato") + line("m2", "fine") + line("m1", "I like potato"));
  expect(await runReplay()).toEqual({ status: 0, output: "2 published, 1 had been published before, nothing stays\n" });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, line("m1", "I like potato"));
  expect(await runReplay()).toEqual({ status: 0, output: "0 published, 1 had been published before, nothing stays\n" });
  const rest = new Rest({ key: KEY, endpoint: "127.0.0.1", port: Number(port), tls: false });
  const { items } = await rest.channels.get("chat:to-clients").history({ direction: "forwards" });
  expect(items.map(({ data }) => data)).toEqual(["I like ******", "fine"]);
});

test("reads the inbound history with the publishing key when no other is set", async () => {
  expect(await runReplay("--since", "1")).toEqual({
    status: 0,
    output: "0 published, 0 had been published before, nothing stays\n".repeat(2),
  });
});

test("says what to set", async () => {
  const env = { ...BLANK, PATH: process.env.PATH };
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "../../../lambda/commands/replay.ts")],
    {
      env,
    },
  );
  let output = "";
  child.stderr.on("data", (data) => {
    output += String(data);
  });
  const [status] = await once(child, "close");
  expect(status).toBe(1);
  expect(output).toContain("ABLY_PUBLISH_KEY: set it to the key that publishes moderated messages");
  expect(output).toContain("in local mode set LOCAL_ABLY_KEY instead");
});
