/** The rest of the app: the page, its headers, health, and faults of our own. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createJsonLog } from "../../../server/log.ts";
import { app } from "./app-under-test.ts";

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
    const server = app({ issuer: { issue, sign: issue }, log });
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
