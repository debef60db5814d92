/** Who gets which token, and what keeps or changes who somebody is. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { personOf } from "../../../../lambda/person.ts";
import { app, cookieOf, fromOurPage } from "../app-under-test.ts";

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
