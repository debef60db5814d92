/** What moderators change by command while the product runs: the policy, sanctions, and what a restart keeps of them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noticesChannel } from "../../../lambda/channels.ts";
import { personOf } from "../../../lambda/person.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { enter, type Visitor } from "../../helpers/visitor.ts";

const quiet = { info() {}, error() {} };
const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "asterism-moderation-"));
const environment = { PORT: "0", LOCAL_DATA: folder, LOCAL_BATCH_INTERVAL_MS: "0" };

let product: Product;
beforeAll(async () => {
  product = await startProduct(environment, { log: quiet });
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true });
});

/** As somebody at a terminal types it. */
async function command(name: string, ...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const script = join(root, "lambda", "commands", `${name}.ts`);
  const env = { PATH: process.env.PATH, LOCAL_DATA: folder, USER: "ana" };
  const child = spawn(process.execPath, ["--import", "tsx", script, ...args], { cwd: root, env });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => (err += String(chunk)));
  const [code] = await once(child, "close");
  return { code, out, err };
}

/** The notices of a visitor, as they come. */
async function listen({ client, clientId }: Visitor): Promise<(code: string) => Promise<Record<string, string>>> {
  const heard: Record<string, string>[] = [];
  let check = (): void => undefined;
  await client.channels.get(noticesChannel(clientId)).subscribe(({ data }) => {
    heard.push(data);
    check();
  });
  return (code) =>
    new Promise((resolve) => {
      check = () => {
        const found = heard.find((notice) => notice.code === code);
        if (found !== undefined) resolve(found);
      };
      check();
    });
}

/** Says the same again until it comes to this, as people do who wait for a change. */
async function sayUntil(visitor: Visitor, text: string, outcome: Promise<unknown>): Promise<void> {
  let done = false;
  void outcome.then(() => {
    done = true;
  });
  while (!done) {
    await visitor.say(text);
    await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 250))]);
  }
}

test("a policy that is put is in force within three seconds, a mute refuses, and a restart keeps both", async () => {
  const ann = await enter(product.url, { name: "Ann" });
  const notice = await listen(ann);
  const policy = join(folder, "policy.json");
  writeFileSync(
    policy,
    JSON.stringify({
      rules: [{ name: "loud", when: { capitals: { share: 1, letters: 4 } }, action: "block", tell: "Not so loud." }],
    }),
  );
  const startedAt = Date.now();
  expect(await command("policy", "put", policy)).toMatchObject({
    code: 0,
    out: "version 1 is in force within three seconds\n",
  });
  const blocked = notice("blocked");
  await sayUntil(ann, "HELLO", blocked);
  expect(await blocked).toMatchObject({ message: "Not so loud.", outcome: "refused" });
  expect(Date.now() - startedAt).toBeLessThan(20_000);

  const muted = notice("muted");
  expect((await command("sanction", "mute", ann.clientId, "--for", "1h", "--reason", "shouts")).code).toBe(0);
  await sayUntil(ann, "hello", muted);
  expect(Date.parse((await muted).until ?? "")).toBeGreaterThan(Date.now());
  await ann.close();

  await product.close();
  product = await startProduct(environment, { log: quiet });
  expect((await command("policy", "show")).out).toContain('"loud"');
  const lines = (await command("audit", "--since", "1h")).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ did }) => did)).toEqual(expect.arrayContaining(["save-policy", "mute", "block"]));
  expect(lines.find(({ did }) => did === "mute")).toMatchObject({
    by: "ana at a terminal",
    person: personOf(ann.clientId),
  });
  expect((await command("forget", ann.clientId)).out).toMatch(/^[1-9]\d* items are gone\n$/);
});

test("a ban ends the tokens of a person, and the door stays shut until it is lifted", async () => {
  const bob = await enter(product.url, { name: "Bob" });
  const { cookie } = bob;
  const ended = bob.client.connection.once("disconnected");
  expect((await command("sanction", "ban", bob.clientId, "--for", "1h", "--reason", "spam")).code).toBe(0);
  await ended;
  const door = await fetch(`${product.url}/auth`, { headers: { cookie } });
  expect(door.status).toBe(403);
  expect(await door.json()).toMatchObject({ error: { code: "banned", until: expect.any(String) } });
  expect((await fetch(`${product.url}/auth`)).status).toBe(200);
  // the page's SDK goes on asking for a token, and gets one again
  const back = bob.client.connection.once("connected");
  expect((await command("sanction", "lift", bob.clientId)).code).toBe(0);
  await back;
  await bob.close();
});

test("mistakes are told in a sentence", async () => {
  expect(await command("sanction", "lift", "nobody2222")).toMatchObject({
    code: 1,
    err: "unable to do that; the person is neither muted nor banned\n",
  });
  const bad = join(folder, "bad.json");
  writeFileSync(bad, JSON.stringify({ rules: [{ name: "", when: {}, action: "shoot" }] }));
  const { code, out } = await command("policy", "check", bad);
  expect(code).toBe(1);
  expect(out.split("\n").map((line) => line.split(":")[0])).toEqual([
    "rules[0].name",
    "rules[0].when",
    "rules[0].action",
    "",
  ]);
});

test("a policy that is wrong, or has a list of a million entries, is refused with what is wrong; the old one stays", async () => {
  const file = join(folder, "next.json");
  const put = async (policy: object) => {
    writeFileSync(file, JSON.stringify(policy));
    return await command("policy", "put", file);
  };
  const rule = { name: "mine", when: { words: ["mine"] }, action: "block" };
  expect(await put({ lists: { mine: ["turnip"] }, rules: [rule] })).toMatchObject({ code: 0 });
  expect(await put({ lists: { mine: ["turnip", ""] }, rules: [rule, { ...rule, when: { words: ["ours"] } }] })).toEqual(
    {
      code: 1,
      out: [
        "lists.mine[1]: unable to use an empty entry",
        "rules[1].name: another rule has this name",
        'rules[1].when.words[0]: there is no list "ours"',
        "",
      ].join("\n"),
      err: "",
    },
  );
  const million = Array.from({ length: 1_000_000 }, (_, n) => `turnip${n}`);
  expect(await put({ lists: { mine: million }, rules: [rule] })).toEqual({
    code: 1,
    out: "lists: all lists together have 1000000 entries; 100000 are the most\n",
    err: "",
  });
  expect(JSON.parse((await command("policy", "show")).out)).toEqual({ lists: { mine: ["turnip"] }, rules: [rule] });
});

test("nobody else on the machine can read how the store is reached", () => {
  expect(statSync(join(folder, "store.json")).mode & 0o777).toBe(0o600);
});
