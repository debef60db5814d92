/** Alerts: what moderators are told by webhook, how often, and what is never in it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewCase } from "../../lambda/store/cases.ts";
import { type AlertParts, startAlerts } from "../../server/alerts.ts";
import { ConfigError, parseConfig } from "../../server/config.ts";
import { limits } from "../../server/limits.ts";
import { createJsonLog } from "../../server/log.ts";
import { startProduct } from "../../server/product.ts";
import { createDesk, type DeskUnderTest, made } from "../lambda/desk/desk-under-test.ts";

const SECRET = "T0-secret-of-the-webhook";
let desk: DeskUnderTest;
let receiver: Server;
let url: string;
let got: string[];
let status: number;
let logged: string[];
let end: (() => Promise<void>) | undefined;
/** Lets one minute pass, and waits until the look is over. */
let minute: () => Promise<void>;

beforeEach(async () => {
  desk = createDesk();
  got = [];
  logged = [];
  status = 200;
  end = undefined;
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    got.push(body);
    response.writeHead(status, status === 302 ? { Location: `${url}/elsewhere` } : {}).end("ok");
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/services/${SECRET}`;
});

afterEach(async () => {
  await end?.();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});

/** Alerts whose clock is the test's; resolves when they wait for their first minute. */
async function start(more: Partial<AlertParts> = {}): Promise<void> {
  let pass = () => {};
  let arrived = () => {};
  let arrival = new Promise<void>((done) => {
    arrived = done;
  });
  const sleep: AlertParts["sleep"] = (ms, signal) => {
    expect(ms).toBe(60_000);
    const passed = new Promise<void>((done) => {
      pass = done;
      signal.addEventListener("abort", () => done(), { once: true });
    });
    arrived();
    return passed;
  };
  minute = async () => {
    await arrival;
    arrival = new Promise<void>((done) => {
      arrived = done;
    });
    pass();
    await arrival;
  };
  const log = createJsonLog((line) => logged.push(line), desk.now);
  end = startAlerts({ url, withText: false, cases: desk.store.cases, log, fetch, sleep, ...more });
}

const texts = () => got.map((body) => String(JSON.parse(body).text));
const open = (id: string, more: Partial<NewCase> = {}) =>
  desk.store.cases.open(made("held", { message: { id, sourceId: id, timestamp: 1, starred: 0 }, ...more }));
const report = (person: string) => desk.store.cases.report(made("reported"), { person, reason: "rude" });

describe("an alert", () => {
  test("sums up in one message what a minute held, and says it once", async () => {
    await start();
    await open("m1:0");
    await open("m2:0", { room: "lobby" });
    await minute();
    await minute();
    expect(texts()).toEqual(["Held, new: 2 (garden, lobby).\nWaiting for a moderator: 2."]);
    expect(Object.keys(JSON.parse(got[0] ?? ""))).toEqual(["text"]);
  });

  test("says nothing before a minute is over, and nothing while nothing waits", async () => {
    await open("m1:0");
    await start();
    expect(got).toEqual([]);
    await desk.store.cases.decide("held-m1", { outcome: "denied", by: "Ana", reason: "" });
    await minute();
    expect(got).toEqual([]);
  });

  test("tells of a message that three people reported, when the third has", async () => {
    await start();
    await report("p1");
    await report("p2");
    await minute();
    await report("p3");
    await minute();
    await report("p4");
    await minute();
    expect(texts()).toEqual([
      "Waiting for a moderator: 1.",
      "Reported by 3 people or more, new: 1 (garden).\nWaiting for a moderator: 1.",
    ]);
  });

  test("tells that the queue grows, and not that it shrinks", async () => {
    await start();
    await open("m1:0");
    await minute();
    await desk.store.cases.open(made("flagged"));
    await minute();
    await desk.store.cases.decide("held-m1", { outcome: "denied", by: "Ana", reason: "" });
    await minute();
    expect(texts().slice(1)).toEqual(["Waiting for a moderator: 2, 1 more than before."]);
  });

  test("holds no text of a message, nor its author, unless the texts are wanted", async () => {
    await start();
    await open("m1:0");
    await minute();
    expect(got[0]).not.toMatch(/potato|Ada/);
  });

  test("quotes, when wanted, a few texts, each on one short line that calls nobody", async () => {
    await start({ withText: true });
    await open("m1:0", { text: `<!channel>\n& you ${"x".repeat(300)}` });
    for (let n = 2; n <= 9; n += 1) await open(`m${n}:0`, { at: made().at - n, text: `text ${n}` });
    await minute();
    const quotes = (texts()[0] ?? "").split("\n").filter((line) => line.startsWith("> "));
    expect(quotes).toHaveLength(limits.alertQuotes);
    expect(quotes.at(-1)).toMatch(/^> &lt;!channel&gt; &amp; you x+…$/);
  });
});

describe("a webhook that fails", () => {
  test.each([500, 302])(
    "with %i is logged by code, never by address, and told everything a minute later",
    async (code) => {
      await start();
      await open("m1:0");
      status = code;
      await minute();
      status = 200;
      await open("m2:0");
      await minute();
      expect(texts()[1]).toBe("Held, new: 2 (garden).\nWaiting for a moderator: 2.");
      expect(got).toHaveLength(2);
      expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ event: "alert.failed", code: `http-${code}` }]);
      expect(logged.join()).not.toContain(SECRET);
    },
  );

  test("because nobody is there is logged without the address", async () => {
    await start({ url: `http://127.0.0.1:1/${SECRET}` });
    await open("m1:0");
    await minute();
    expect(logged.join()).toContain('"code":"unreachable"');
    expect(logged.join()).not.toContain(SECRET);
  });

  test("is no worse than a store that fails: both are tried again", async () => {
    let isDown = true;
    const list = async (query: Parameters<AlertParts["cases"]["list"]>[0]) => {
      if (isDown) throw new Error("down");
      return await desk.store.cases.list(query);
    };
    await start({ cases: { list } });
    await open("m1:0");
    await minute();
    isDown = false;
    await minute();
    expect(logged.join()).toContain('"code":"store"');
    expect(texts()).toHaveLength(1);
  });
});

describe("the configuration", () => {
  test.each(["hooks.slack.com/x", "http://example.com/x", "https://me:word@example.com", "ftp://127.0.0.1/"])(
    "refuses %s in one sentence that does not repeat it",
    (wrong) => {
      const parse = () => parseConfig({ ALERT_WEBHOOK_URL: wrong });
      expect(parse).toThrow(ConfigError);
      expect(parse).toThrow(/ALERT_WEBHOOK_URL must be a whole https:\/\/ address/);
      expect(parse).not.toThrow(wrong);
    },
  );

  test("quotes only when it says so", () => {
    const alertsOf = (more: object) => parseConfig({ ALERT_WEBHOOK_URL: url, ...more }).alerts;
    expect(alertsOf({})).toEqual({ url, withText: false });
    expect(alertsOf({ ALERT_TEXT: "true" })).toEqual({ url, withText: true });
    expect(() => alertsOf({ ALERT_TEXT: "yes" })).toThrow('ALERT_TEXT must be "true" or "false"');
  });

  test("stops the start where no store can be looked into", async () => {
    const environment = { PORT: "0", ABLY_API_KEY: "app.key:secret", ALERT_WEBHOOK_URL: url };
    await expect(startProduct(environment)).rejects.toThrow(/ALERT_WEBHOOK_URL needs a store.*STORE_TABLE/);
  });

  test("ends with the server, whose log does not hold the address", async () => {
    const log = createJsonLog((line) => logged.push(line), Date.now);
    const product = await startProduct({ PORT: "0", LOCAL_DATA: "memory", ALERT_WEBHOOK_URL: url }, { log });
    await product.close();
    expect(logged.join()).not.toContain(SECRET);
  });
});
