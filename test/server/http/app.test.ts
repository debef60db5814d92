import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../server/config.ts";
import { type AppDependencies, createApp } from "../../../server/http/app.ts";
import { createTokenIssuer } from "../../../server/tokens/issuer.ts";

const pageFolder = mkdtempSync(join(tmpdir(), "asterism-page-"));
writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");

function app(overrides: Partial<AppDependencies> = {}, env: Record<string, string> = {}) {
  const config = parseConfig({ ABLY_API_KEY: "app.key:secret", ...env });
  return createApp({
    config,
    issuer: createTokenIssuer(config.backend.key),
    isCleanName: (name) => !/potato/i.test(name),
    pageFolder,
    log: { info() {}, error() {} },
    ...overrides,
  });
}

const cookieOf = (response: request.Response): string => String(response.headers["set-cookie"]).split(";")[0] ?? "";

describe("GET /auth", () => {
  test("issues a token request with exactly the capability of a visitor in the default room", async () => {
    const { body } = await request(app()).get("/auth").expect(200);
    expect(body).toMatchObject({ keyName: "app.key", ttl: 3_600_000, mac: expect.any(String) });
    expect(body.clientId).toMatch(/^Guest\.[a-z2-9]{6}$/);
    expect(JSON.parse(body.capability)).toEqual({
      "chat:from-clients": ["publish"],
      "chat:to-clients": ["history", "presence", "subscribe"],
      [`chat:notices:${body.clientId}`]: ["subscribe"],
    });
  });

  test("names the room's own channels", async () => {
    const { body } = await request(app()).get("/auth?room=garden&name=Ann").expect(200);
    expect(Object.keys(JSON.parse(body.capability))).toEqual([
      "chat:from-clients:garden",
      `chat:notices:${body.clientId}`,
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
    const { body } = await request(app()).get('/auth?clientId=Eve.abc234&ttl=1&capability={"*":["*"]}');
    expect(body.clientId).toMatch(/^Guest\./);
    expect(body.ttl).toBe(3_600_000);
    expect(body.capability).not.toContain('"*"');
  });

  test("a tab that keeps its older name does not take the newer one out of the cookie", async () => {
    const server = app();
    const guest = await request(server).get("/auth");
    const ann = await request(server).get("/auth?name=Ann").set("Cookie", cookieOf(guest));
    const older = await request(server).get(`/auth?clientId=${guest.body.clientId}`).set("Cookie", cookieOf(ann));
    expect(older.body.clientId).toBe(guest.body.clientId);
    const reloaded = await request(server).get("/auth").set("Cookie", cookieOf(older));
    expect(reloaded.body.clientId).toBe(ann.body.clientId);
  });

  test("takes a forged cookie for none", async () => {
    const forged = `asterism_identity=${encodeURIComponent("s:Ann.abc234.AAAA")}`;
    const { body } = await request(app()).get("/auth").set("Cookie", forged);
    expect(body.clientId).toMatch(/^Guest\.(?!abc234)/);
  });

  test.each([
    ["/auth?room=Garden", 400, "invalid_room"],
    ["/auth?room=a/b", 400, "invalid_room"],
    [`/auth?room=${"a".repeat(41)}`, 400, "invalid_room"],
    ["/auth?room=a&room=b", 400, "invalid_room"],
    ["/auth?name=%3Cscript%3E", 400, "invalid_name"],
    ["/auth?name=a&name=b", 400, "invalid_name"],
    ["/auth?name=Potato", 400, "name_refused"],
    ["/auth?name=%E0%A4%A", 400, "invalid_name"],
    ["/config?room=Garden", 400, "invalid_room"],
    ["/r/Garden", 404, "invalid_room"],
    ["/nowhere", 404, "not_found"],
    ["/lambda", 404, "not_found"],
  ])("GET %s is refused with %i %s", async (path, status, code) => {
    const { body } = await request(app()).get(path).expect(status);
    expect(body.error).toEqual({ code, message: expect.stringMatching(/\.$/) });
  });

  test("answers only its own site's pages", async () => {
    const response = await request(app()).get("/auth").set("Sec-Fetch-Site", "cross-site").expect(403);
    expect(response.body.error.code).toBe("cross_site");
  });

  test("limits how often one address asks", async () => {
    const server = app({ authRequestsAMinute: 2 });
    await request(server).get("/auth").expect(200);
    await request(server).get("/auth").expect(200);
    const refused = await request(server).get("/auth").expect(429);
    expect(refused.body.error.code).toBe("too_many_requests");
    expect(refused.headers["retry-after"]).toBeDefined();
  });

  test("marks the cookie Secure behind TLS", async () => {
    const response = await request(app()).get("/auth").set("X-Forwarded-Proto", "https");
    expect(String(response.headers["set-cookie"])).toMatch(/; Secure/);
  });
});

describe("POST /leave", () => {
  test("forgets the identity", async () => {
    const response = await request(app()).post("/leave").expect(204);
    expect(String(response.headers["set-cookie"])).toMatch(/^asterism_identity=;.*1970/);
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
    const server = app({}, { ABLY_API_KEY: "" });
    const { body } = await request(server).get("/config").set("Host", host);
    expect(body).toMatchObject({ mode: "local", ...expected });
  });
});

test.each(["[", "a:99999"])("GET /config refuses the Host header %j", async (host) => {
  const { body } = await request(app({}, { ABLY_API_KEY: "" }))
    .get("/config")
    .set("Host", host)
    .expect(400);
  expect(body.error.code).toBe("invalid_host");
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

  test.each(["/r/Garden", "/nowhere"])("tells a person at %s what is wrong in a sentence", async (path) => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8"; // as browsers say it
    const response = await request(app()).get(path).set("Accept", accept).expect(404);
    expect(response.headers["content-type"]).toContain("text/plain");
    expect(response.text).toMatch(/^[A-Z].*\.\n$/);
  });

  test("tells its mode", async () => {
    const { body } = await request(app()).get("/health").expect(200);
    expect(body).toEqual({ status: "ok", mode: "ably" });
  });

  test("lets the page connect to the configured endpoint only", async () => {
    const server = app({}, { ABLY_ENDPOINT: "broker.test", ABLY_PORT: "8443" });
    const response = await request(server).get("/");
    expect(response.headers["content-security-policy"]).toContain(
      "connect-src 'self' https://broker.test:8443 wss://broker.test:8443;",
    );
  });

  test("answers a fault of its own with an id and no detail", async () => {
    const issue = () => Promise.reject(new Error("the key s3cr3t is broken"));
    const response = await request(app({ issuer: { issue } }))
      .get("/auth")
      .expect(500);
    expect(response.body.error.code).toBe("internal");
    expect(response.text).not.toContain("s3cr3t");
  });
});
