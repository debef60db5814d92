/** The identity cookie over HTTP. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { app, cookieOf } from "../http/app-under-test.ts";

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
