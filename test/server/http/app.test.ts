import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "express-rate-limit";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { personOf } from "../../../lambda/person.ts";
import { createNameCheck } from "../../../lambda/policy/names.ts";
import { parseConfig } from "../../../server/config.ts";
import { type AppDependencies, createApp } from "../../../server/http/app.ts";
import { createFront } from "../../../server/http/front.ts";
import { createHosts } from "../../../server/http/hosts.ts";
import { limits } from "../../../server/limits.ts";
import { createJsonLog } from "../../../server/log.ts";
import { createTokenIssuer } from "../../../server/tokens/issuer.ts";

const pageFolder = mkdtempSync(join(tmpdir(), "asterism-page-"));
writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");

const checkName = createNameCheck(createModerator({ words: ["potato"] }), ["admin"]);

function app(overrides: Partial<AppDependencies> = {}, env: Record<string, string> = {}) {
  const config = parseConfig({ ABLY_API_KEY: "app.key:secret", ...env });
  return createApp({
    config,
    sessionSecrets: ["a secret of this test"],
    hosts: config.allowedHosts && createHosts([config.host, ...config.allowedHosts]),
    issuer: createTokenIssuer(config.backend.key ?? "local.key:secret"),
    checkName,
    pageFolder,
    readiness: async () => undefined,
    log: { info() {}, error() {} },
    ...overrides,
  });
}

/** A request of our own page, as a browser sends it. */
const fromOurPage = { "Sec-Fetch-Site": "same-origin" };

const cookieOf = (response: request.Response): string => String(response.headers["set-cookie"]).split(";")[0] ?? "";

describe("GET /auth", () => {
  test("issues a token request with exactly the capability of a visitor in the default room", async () => {
    const { body } = await request(app()).get("/auth").expect(200);
    expect(body).toMatchObject({ keyName: "app.key", ttl: 3_600_000, mac: expect.any(String) });
    expect(body.clientId).toMatch(/^Guest\.[a-z2-9]{10}$/);
    expect(JSON.parse(body.capability)).toEqual({
      "chat:from-clients": ["publish"],
      "chat:to-clients": ["history", "presence", "subscribe"],
      [`chat:notices:${personOf(body.clientId)}`]: ["subscribe"],
    });
  });

  test("takes the lobby for the default room", async () => {
    const { body } = await request(app()).get("/auth?room=lobby").expect(200);
    expect(Object.keys(JSON.parse(body.capability))).toContain("chat:from-clients");
  });

  test("names the room's own channels", async () => {
    const { body } = await request(app()).get("/auth?room=garden&name=Ann").expect(200);
    expect(Object.keys(JSON.parse(body.capability))).toEqual([
      "chat:from-clients:garden",
      `chat:notices:${personOf(body.clientId)}`,
      "chat:to-clients:garden",
    ]);
    expect(body.clientId).toMatch(/^Ann\./);
  });

  test("is never cached and hides its cookie from scripts", async () => {
    const response = await request(app()).get("/auth");
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(String(response.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Lax/);
  });

  test("gives the same client id to the same cookie, with a fresh nonce", async () => {
    const server = app();
    const first = await request(server).get("/auth");
    const second = await request(server).get("/auth").set("Cookie", cookieOf(first));
    expect(second.body.clientId).toBe(first.body.clientId);
    expect(second.body.nonce).not.toBe(first.body.nonce);
  });

  test("ignores capability, ttl and another's client id in the query", async () => {
    const { body } = await request(app()).get('/auth?clientId=Eve.k3v9x2m4qa&ttl=1&capability={"*":["*"]}');
    expect(body.clientId).toMatch(/^Guest\./);
    expect(body.ttl).toBe(3_600_000);
    expect(body.capability).not.toContain('"*"');
  });

  test("a tab that keeps its older name does not take the newer one out of the cookie", async () => {
    const server = app();
    const guest = await request(server).get("/auth");
    const ann = await request(server).post("/auth?name=Ann").set(fromOurPage).set("Cookie", cookieOf(guest));
    const older = await request(server).get(`/auth?clientId=${guest.body.clientId}`).set("Cookie", cookieOf(ann));
    expect(older.body.clientId).toBe(guest.body.clientId);
    const reloaded = await request(server).get("/auth").set("Cookie", cookieOf(older));
    expect(reloaded.body.clientId).toBe(ann.body.clientId);
  });

  test("takes a forged cookie for none", async () => {
    const forged = `asterism_identity=${encodeURIComponent("s:Ann.k3v9x2m4qa.AAAA")}`;
    const { body } = await request(app()).get("/auth").set("Cookie", forged);
    expect(body.clientId).toMatch(/^Guest\.(?!k3v9x2m4qa)/);
  });

  test.each([
    ["/auth?room=Garden", 400, "invalid_room"],
    ["/auth?room=a/b", 400, "invalid_room"],
    [`/auth?room=${"a".repeat(41)}`, 400, "invalid_room"],
    ["/auth?room=a&room=b", 400, "invalid_room"],
    ["/auth?name=%3Cscript%3E", 400, "invalid_name"],
    ["/auth?name=a&name=b", 400, "invalid_name"],
    ["/auth?name=Potato", 400, "name_refused"],
    ["/auth?name=P0tat0", 400, "name_refused"],
    ["/auth?name=%D0%90dmin", 400, "name_reserved"],
    ["/auth?name=ADMIN", 400, "name_reserved"],
    ["/auth?room=potato", 400, "room_refused"],
    ["/auth?room=my-p0tato-club", 400, "room_refused"],
    ["/config?room=potato", 400, "room_refused"],
    ["/r/potato", 404, "room_refused"],
    ["/auth?name=%E0%A4%A", 400, "invalid_name"],
    ["/config?room=Garden", 400, "invalid_room"],
    ["/r/Garden", 404, "invalid_room"],
    ["/nowhere", 404, "not_found"],
    ["/lambda", 404, "not_found"],
  ])("GET %s is refused with %i %s", async (path, status, code) => {
    const { body } = await request(app()).get(path).expect(status);
    expect(body.error).toEqual({ code, message: expect.stringMatching(/\.$/) });
  });

  test("changes nothing about a visitor whom it knows", async () => {
    const server = app();
    const ann = await request(server).get("/auth?name=Ann");
    const asBob = await request(server).get("/auth?name=Bob").set("Cookie", cookieOf(ann));
    expect(asBob.body.clientId).toBe(ann.body.clientId.replace("Ann", "Bob"));
    const reloaded = await request(server).get("/auth").set("Cookie", cookieOf(asBob));
    expect(reloaded.body.clientId).toBe(ann.body.clientId);
  });

  test.each([
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["a sibling domain or another port", { "Sec-Fetch-Site": "same-site" }],
    ["another origin", { Origin: "http://localhost:5000" }],
    ["a frame without an origin", { Origin: "null" }],
  ])("refuses pages of %s", async (_what, headers: Record<string, string>) => {
    const response = await request(app()).get("/auth").set("Host", "localhost:3000").set(headers).expect(403);
    expect(response.body.error.code).toBe("cross_site");
    expect(response.headers["set-cookie"]).toBeUndefined();
  });
});

describe("what changes who somebody is", () => {
  const paths = ["/auth?name=Eve", "/leave"];
  const strangers: [string, Record<string, string>][] = [
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["a sibling domain or another port", { "Sec-Fetch-Site": "same-site" }],
    ["another port, by origin alone", { Origin: "http://localhost:5000" }],
    ["a page without TLS, when ours has it", { Origin: "http://localhost:3000", "X-Forwarded-Proto": "https" }],
    ["a frame without an origin", { Origin: "null" }],
    ["somebody who does not say", {}],
    ["the address bar", { "Sec-Fetch-Site": "none" }],
  ];
  test.each(paths.flatMap((path) => strangers.map(([what, headers]) => ({ path, what, headers }))))(
    "POST $path is refused from $what",
    async ({ path, headers }) => {
      const response = await request(app()).post(path).set("Host", "localhost:3000").set(headers).expect(403);
      expect(response.body.error.code).toBe("cross_site");
      expect(response.headers["set-cookie"]).toBeUndefined();
    },
  );

  test.each<Record<string, string>>([
    { "Sec-Fetch-Site": "same-origin", Origin: "http://localhost:3000" },
    { Origin: "http://localhost:3000" },
    { Origin: "https://localhost:3000", "X-Forwarded-Proto": "https" },
    { Origin: "https://localhost:3000" },
  ])("is done for our own page, which sends %o", async (headers) => {
    const server = app();
    const renamed = await request(server).post("/auth?name=Ann").set("Host", "localhost:3000").set(headers).expect(200);
    expect(renamed.body.clientId).toMatch(/^Ann\./);
    const left = await request(server).post("/leave").set("Host", "localhost:3000").set(headers).expect(204);
    expect(String(left.headers["set-cookie"])).toMatch(/asterism_identity=;.*1970/);
  });

  test("keeps the person under a new name", async () => {
    const server = app();
    const guest = await request(server).get("/auth");
    const ann = await request(server).post("/auth?name=Ann").set(fromOurPage).set("Cookie", cookieOf(guest));
    expect(ann.body.clientId).toBe(guest.body.clientId.replace("Guest", "Ann"));
    const reloaded = await request(server).get("/auth").set("Cookie", cookieOf(ann));
    expect(reloaded.body.clientId).toBe(ann.body.clientId);
  });
});

describe("the identity cookie", () => {
  const behindTls = { "X-Forwarded-Proto": "https" };

  test("behind TLS is one that no other host can set", async () => {
    const response = await request(app()).get("/auth").set(behindTls);
    expect(String(response.headers["set-cookie"])).toMatch(
      /^__Host-asterism_identity=.*; Path=\/;.*; HttpOnly; Secure/,
    );
    expect(String(response.headers["set-cookie"])).not.toContain("Domain");
  });

  test("behind TLS is not taken from under the name that a sibling could set", async () => {
    const server = app();
    const planted = cookieOf(await request(server).get("/auth?name=Eve"));
    const { body } = await request(server).get("/auth").set(behindTls).set("Cookie", planted);
    expect(body.clientId).toMatch(/^Guest\./);
  });

  test("signed with the secret before the newest is still believed, and signed anew", async () => {
    const old = app({ sessionSecrets: ["the-old-secret-16"] });
    const rotating = app({ sessionSecrets: ["the-new-secret-16", "the-old-secret-16"] });
    const rotated = app({ sessionSecrets: ["the-new-secret-16"] });
    const ann = await request(old).get("/auth?name=Ann");
    const during = await request(rotating).get("/auth").set("Cookie", cookieOf(ann));
    const after = await request(rotated).get("/auth").set("Cookie", cookieOf(during));
    expect(after.body.clientId).toBe(ann.body.clientId);
    const tooLate = await request(rotated).get("/auth").set("Cookie", cookieOf(ann));
    expect(tooLate.body.clientId).not.toBe(ann.body.clientId);
  });
});

describe("the limit of token requests", () => {
  test("counts strangers by address", async () => {
    const server = app({ authRequestsAMinute: 2 });
    await request(server).get("/auth").expect(200);
    await request(server).get("/auth").expect(200);
    const refused = await request(server).get("/auth").expect(429);
    expect(refused.body.error.code).toBe("too_many_requests");
    expect(refused.headers["retry-after"]).toBeDefined();
  });

  test("counts whom we know by person", async () => {
    const server = app({ authRequestsAMinute: 2 });
    const ann = cookieOf(await request(server).get("/auth"));
    const bob = cookieOf(await request(server).get("/auth"));
    await request(server).get("/auth").expect(429);
    for (let n = 0; n < limits.personAuthRequestsAMinute; n++)
      await request(server).get("/auth").set("Cookie", ann).expect(200);
    await request(server).get("/auth").set("Cookie", ann).expect(429);
    await request(server).get("/auth").set("Cookie", bob).expect(200);
  });

  const from = (address: string) => ({ "X-Forwarded-For": address });

  test("is not avoided by a header that anybody on this machine can write", async () => {
    const server = app({ authRequestsAMinute: 1 });
    await request(server).get("/auth").set(from("203.0.113.1")).expect(200);
    await request(server).get("/auth").set(from("203.0.113.2")).expect(429);
  });

  test("counts the visitors of a proxy that the configuration names, each", async () => {
    const server = app({ authRequestsAMinute: 1 }, { TRUST_PROXY: "loopback" });
    await request(server).get("/auth").set(from("203.0.113.1")).expect(200);
    await request(server).get("/auth").set(from("203.0.113.2")).expect(200);
    await request(server).get("/auth").set(from("203.0.113.1")).expect(429);
  });

  test("does not believe what a visitor wrote before the proxy did", async () => {
    const server = app({ authRequestsAMinute: 1 }, { TRUST_PROXY: "loopback,10.0.0.0/8" });
    await request(server).get("/auth").set(from("198.51.100.1, 203.0.113.1, 10.1.2.3")).expect(200);
    await request(server).get("/auth").set(from("198.51.100.2, 203.0.113.1, 10.1.2.3")).expect(429);
  });

  test("believes no proxy but the named ones", async () => {
    const server = app({ authRequestsAMinute: 1 }, { TRUST_PROXY: "10.0.0.0/8" });
    await request(server).get("/auth").set(from("203.0.113.1")).expect(200);
    await request(server).get("/auth").set(from("203.0.113.2")).expect(429);
    const response = await request(app({}, { TRUST_PROXY: "10.0.0.0/8" }))
      .get("/auth")
      .set("X-Forwarded-Proto", "https");
    expect(String(response.headers["set-cookie"])).not.toContain("Secure");
  });

  test("says once that a proxy should be named", async () => {
    const said: unknown[] = [];
    const server = app({ log: { info() {}, error: (event, fields) => said.push([event, fields]) } });
    for (const address of ["203.0.113.1", "203.0.113.2"]) await request(server).get("/health").set(from(address));
    expect(said).toEqual([
      ["proxy.not_named", expect.objectContaining({ remedy: expect.stringContaining("TRUST_PROXY") })],
    ]);
  });

  test("can be counted by several servers together", async () => {
    const hits = new Map<string, number>();
    const limitStore = (prefix: string): Store => ({
      prefix,
      increment(key) {
        const totalHits = (hits.get(`${prefix}:${key}`) ?? 0) + 1;
        hits.set(`${prefix}:${key}`, totalHits);
        return { totalHits, resetTime: new Date(Date.now() + 60_000) };
      },
      decrement: () => undefined,
      resetKey: () => undefined,
    });
    const [one, two] = [app({ authRequestsAMinute: 1, limitStore }), app({ authRequestsAMinute: 1, limitStore })];
    await request(one).get("/auth").expect(200);
    await request(two).get("/auth").expect(429);
  });
});

describe("the names that a local server answers to", () => {
  const local = { ABLY_API_KEY: "" };
  const knock = (host: string, env: Record<string, string> = local) =>
    request(app({}, env)).get("/health").set("Host", host);

  test.each(["localhost", "LOCALHOST:3000", "localhost.:80", "127.0.0.1:3000", "[::1]:3000"])(
    "include %s",
    async (host) => {
      await knock(host).expect(200);
    },
  );

  test.each(["evil.example", "localhost.evil.example:3000", "192.168.1.5", "127.0.0.2", "[::2]"])(
    "do not include %s",
    async (host) => {
      const { body } = await knock(host).expect(403);
      expect(body.error).toEqual({ code: "host_refused", message: expect.stringContaining("ALLOWED_HOSTS") });
    },
  );

  test.each(["[", "a:99999", "a b", "evil.example@localhost", "localhost/evil"])("are not in %j", async (host) => {
    const { body } = await knock(host).expect(400);
    expect(body.error.code).toBe("invalid_host");
  });

  test("include HOST and ALLOWED_HOSTS", async () => {
    await knock("mybox:3000", { ...local, HOST: "mybox" }).expect(200);
    await knock("chat.test", { ...local, ALLOWED_HOSTS: "other.test,chat.test" }).expect(200);
  });

  test("include every address, and no name, where it listens everywhere", async () => {
    await knock("192.168.1.5:3000", { ...local, HOST: "0.0.0.0" }).expect(200);
    await knock("evil.example", { ...local, HOST: "0.0.0.0" }).expect(403);
  });

  test("guard the broker's paths and the function too", async () => {
    const front = createFront({
      app: app({}, local),
      hosts: createHosts([]),
      broker: { handles: () => true, handleRequest: () => expect.unreachable("the broker was asked") },
      functionHandler: () => expect.unreachable("the function was asked"),
      log: { info() {}, error() {} },
    });
    await request(front).get("/channels").set("Host", "evil.example").expect(403);
    await request(front).post("/lambda").set("Host", "evil.example").expect(403);
  });

  test("are any at Ably, as long as none are listed", async () => {
    await knock("chat.example.org", {}).expect(200);
    await knock("chat.example.org", { ALLOWED_HOSTS: "other.test" }).expect(403);
  });
});

describe("GET /config", () => {
  test("leaves Ably's own addresses to the SDK", async () => {
    const { body } = await request(app()).get("/config?room=garden").expect(200);
    expect(body).toEqual({
      mode: "ably",
      channels: {
        inbound: "chat:from-clients:garden",
        outbound: "chat:to-clients:garden",
        noticesPrefix: "chat:notices:",
      },
      maxMessageLength: 2000,
    });
  });

  test("names another endpoint", async () => {
    const server = app({}, { ABLY_ENDPOINT: "broker.test", ABLY_PORT: "8443" });
    const { body } = await request(server).get("/config");
    expect(body).toMatchObject({ endpoint: "broker.test", port: 8443, tls: true });
  });

  test.each([
    ["localhost:3000", { endpoint: "localhost", port: 3000, tls: false }],
    ["127.0.0.1:8080", { endpoint: "127.0.0.1", port: 8080, tls: false }],
    ["mybox:3000", { endpoint: "mybox", port: 3000, tls: false }],
    ["chat.example.org", { endpoint: "chat.example.org", port: 80, tls: false }],
  ])("in local mode points the page at %s, where it came from", async (host, expected) => {
    const server = app({}, { ABLY_API_KEY: "", ALLOWED_HOSTS: "mybox,chat.example.org" });
    const { body } = await request(server).get("/config").set("Host", host);
    expect(body).toMatchObject({ mode: "local", ...expected });
  });
});

describe("the page and health", () => {
  test.each(["/", "/r/garden"])("serves the page at %s with a policy without inline code", async (path) => {
    const response = await request(app()).get(path).expect(200);
    expect(response.text).toContain("<title>page</title>");
    const policy = response.headers["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(response.headers["x-content-type-options"]).toBe("nosniff");
  });

  test.each(["/r/Garden", "/r/potato", "/nowhere"])(
    "tells a person at %s what is wrong in a sentence",
    async (path) => {
      const accept = "text/html,application/xhtml+xml,*/*;q=0.8"; // as browsers say it
      const response = await request(app()).get(path).set("Accept", accept).expect(404);
      expect(response.headers["content-type"]).toContain("text/plain");
      expect(response.text).toMatch(/^[A-Z].*\.\n$/);
    },
  );

  test("asks the browser for none of its devices", async () => {
    const response = await request(app()).get("/");
    expect(response.headers["permissions-policy"]).toContain("camera=(), microphone=()");
  });

  test("keeps to TLS behind TLS only", async () => {
    expect((await request(app()).get("/")).headers).not.toHaveProperty("strict-transport-security");
    const secure = await request(app()).get("/").set("X-Forwarded-Proto", "https");
    expect(secure.headers["strict-transport-security"]).toBe("max-age=15552000");
  });

  test("tells its mode", async () => {
    const { body } = await request(app()).get("/health").expect(200);
    expect(body).toEqual({ status: "ok", mode: "ably" });
  });

  test("is ready, or says what is missing", async () => {
    const { body } = await request(app()).get("/ready").expect(200);
    expect(body).toEqual({ status: "ready", mode: "ably" });
    const missing = app({ readiness: async () => "The broker cannot be reached." });
    const refused = await request(missing).get("/ready").expect(503);
    expect(refused.body.error).toEqual({ code: "not_ready", message: "The broker cannot be reached." });
    expect(refused.headers["cache-control"]).toBe("no-store");
    await request(missing).get("/health").expect(200);
  });

  test("lets the page connect to the configured endpoint only", async () => {
    const server = app({}, { ABLY_ENDPOINT: "broker.test", ABLY_PORT: "8443" });
    const response = await request(server).get("/");
    expect(response.headers["content-security-policy"]).toContain(
      "connect-src 'self' https://broker.test:8443 wss://broker.test:8443;",
    );
  });

  test("answers a fault of its own with an id that the log has, and no detail", async () => {
    const lines: string[] = [];
    const log = createJsonLog((line) => lines.push(line), Date.now);
    const issue = () => Promise.reject(new Error("the key is broken"));
    const server = app({ issuer: { issue }, log });
    const response = await request(server).get("/auth?name=Ann").expect(500);
    const id = response.headers["x-request-id"] ?? "";
    expect(response.body.error).toEqual({ code: "internal", message: expect.stringContaining(id) });
    expect(response.text).not.toContain("broken");
    await expect.poll(() => lines.length).toBe(2);
    const [fault, answered] = lines.map((line) => JSON.parse(line));
    expect(fault).toMatchObject({ level: "error", event: "request.failed", id, reason: "the key is broken" });
    expect(answered).toMatchObject({ level: "info", event: "request", id, method: "GET", path: "/auth", status: 500 });
    expect(lines.join("")).not.toContain("Ann");
  });

  test("logs no probes", async () => {
    const lines: string[] = [];
    const server = app({ log: createJsonLog((line) => lines.push(line), Date.now) });
    await request(server).get("/health");
    await request(server).get("/ready");
    await request(server).get("/nowhere");
    await expect.poll(() => lines.length).toBe(1);
    expect(lines[0]).toContain('"path":"/nowhere"');
  });
});
