/** How often tokens may be asked for, and whose requests count together. */
import type { Store } from "express-rate-limit";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { limits } from "../../../server/limits.ts";
import { app, cookieOf } from "./app-under-test.ts";

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
