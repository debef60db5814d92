/** The command `asterism-broker`, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Ably from "ably";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { DEFAULT_KEY } from "../../../server/broker/index.ts";

const COMMAND = join(import.meta.dirname, "../../../server/broker/bin.ts");
const folder = mkdtempSync(join(tmpdir(), "asterism-broker-"));
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.kill()) await once(child, "exit");
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", COMMAND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += text));
  child.stderr.on("data", (text) => (said.err += text));
  const ended = once(child, "close").then(([code]) => ({ code, ...said }));
  /** The port, once it is there. */
  const started = async (): Promise<number> => {
    while (!said.out.includes("\n")) await once(child.stdout, "data");
    return Number(/port: (\d+)/.exec(said.out)?.[1]);
  };
  return { child, said, ended, started };
}

describe("asterism-broker", () => {
  test("says how clients connect, lets them with the fixed key, and ends on SIGTERM", async () => {
    const { child, said, started, ended } = run("--port", "0");
    const port = await started();
    expect(said.out).toBe(
      `The broker is at http://127.0.0.1:${port}; clients connect with { key: "${DEFAULT_KEY}", endpoint: "127.0.0.1", port: ${port}, tls: false }\n`,
    );
    const rest = new Ably.Rest({ key: DEFAULT_KEY, endpoint: "127.0.0.1", port, tls: false });
    await rest.channels.get("room").publish("event", "data");
    expect((await rest.channels.get("room").history()).items).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, err: "" });
  });

  test("takes a key and a file of rules, prints frames without the key, and ends on SIGINT", async () => {
    const path = join(folder, "rules.json");
    writeFileSync(path, JSON.stringify({ namespaces: [{ id: "notes", mutableMessages: true }] }));
    const { child, started, ended } = run("--port", "0", "--key", "mine.root:hush", "--rules", path, "--frames");
    const client = new Ably.Realtime({
      key: "mine.root:hush",
      endpoint: "127.0.0.1",
      port: await started(),
      tls: false,
    });
    const channel = client.channels.get("notes:one");
    const { serials } = await channel.publish("note", "first");
    await channel.deleteMessage({ serial: serials[0] ?? "" } as Ably.Message);
    expect((await channel.history()).items[0]?.action).toBe("message.delete");
    client.close();
    await client.connection.whenState("closed");
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err).toContain("#1 connects with key=… ");
    expect(err).toContain('#1 -> MESSAGE {"channel":"notes:one"');
    expect(err).not.toContain("hush");
  });

  test("keeps in --data what was published, for the next one that is started with it", async () => {
    const kept = ["--port", "0", "--data", join(folder, "data")];
    const first = run(...kept);
    const channelAt = (port: number) =>
      new Ably.Rest({ key: DEFAULT_KEY, endpoint: "127.0.0.1", port, tls: false }).channels.get("notes");
    await channelAt(await first.started()).publish("note", "from before");
    first.child.kill("SIGKILL");
    await first.ended;
    const second = run(...kept);
    const { items } = await channelAt(await second.started()).history();
    expect(items.map(({ data }) => data)).toEqual(["from before"]);
  });

  test("explains itself with --help and does nothing else", async () => {
    const { code, out, err } = await run("--help", "--port", "not-used").ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const option of ["--port", "--host", "--key", "--rules", "--data", "--frames"]) expect(out).toContain(option);
  });

  test.each([
    [["--prot", "1"], 2, "Unknown option '--prot'; the options are --port, "],
    [["--port", "many"], 2, "--port takes a number from 0 to 65535, not many"],
    [["--port", "0", "--key", "short"], 1, "set key to a whole key, app.id:secret"],
  ])("answers %j with exit code %i and a sentence", async (args, code, sentence) => {
    const ended = await run(...args).ended;
    expect(ended).toMatchObject({ code, out: "" });
    expect(ended.err).toContain(sentence);
    expect(ended.err.trimEnd().split("\n")).toHaveLength(1);
  });
});
