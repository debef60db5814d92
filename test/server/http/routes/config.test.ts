/** What the page is told in order to connect. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { app } from "../app-under-test.ts";

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
