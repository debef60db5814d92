/** The desk's questions to its server, its addresses and its keys. */
import { describe, expect, test, vi } from "vitest";
import { createApi, type Health } from "../../../public/src/moderate/api.ts";
import { readHeard } from "../../../public/src/moderate/feed/feed.ts";
import { ago, untilText } from "../../../public/src/moderate/time.ts";
import { addressOf, placeOf } from "../../../public/src/moderate/views.ts";

const answering = (status: number, body: unknown) => vi.fn<typeof fetch>(async () => Response.json(body, { status }));

describe("the desk asks its server", () => {
  const open = (request: typeof fetch) => {
    const health: Health[] = [];
    return { api: createApi({ request, health: (now) => health.push(now) }), health };
  };

  test("below its own address, with what is given", async () => {
    const request = answering(200, { cases: [] });
    const { api, health } = open(request);
    expect(await api.get("cases", { state: "open", kind: undefined })).toEqual({ ok: true, value: { cases: [] } });
    expect(request.mock.calls[0]?.[0]).toBe("/moderate/cases?state=open");
    expect(health).toEqual(["well"]);
  });

  test("saves on top of a version", async () => {
    const request = answering(412, { error: { code: "version-conflict", message: "No." } });
    const { api, health } = open(request);
    const answer = await api.send("PUT", "policy", { body: { policy: {} }, ifMatch: 3 });
    expect(answer).toEqual({ ok: false, status: 412, refusal: { code: "version-conflict", message: "No." } });
    expect(new Headers(request.mock.calls[0]?.[1]?.headers).get("if-match")).toBe('"3"');
    expect(health).toEqual(["well"]);
  });

  test.each([
    [401, "signed-out"],
    [503, "store-down"],
    [404, "well"],
  ] as const)("and takes %i for: %s", async (status, expected) => {
    const { api, health } = open(answering(status, { error: { code: "some-code", message: "No." } }));
    await api.get("cases");
    expect(health).toEqual([expected]);
  });

  test("and says when nobody answers", async () => {
    const { api, health } = open(async () => {
      throw new TypeError("gone");
    });
    const answer = await api.get("cases");
    expect(answer.ok ? "" : answer.refusal.code).toBe("unreachable");
    expect(health).toEqual(["unreachable"]);
  });
});

describe("what comes over desk:live", () => {
  const decision = {
    id: "1",
    action: "mask",
    text: "potato",
    result: "******",
    author: "Ann.abc234",
    rules: [],
    at: 0,
  };

  test("is read as objects or as JSON, and what is none of it is left out", () => {
    expect(readHeard({ name: "decisions", data: [decision, { action: "dance" }, null] })).toEqual({
      name: "decisions",
      data: [{ ...decision, at: "1970-01-01T00:00:00.000Z" }],
    });
    expect(readHeard({ name: "case", data: '{"id":"held-1","state":"closed"}' })?.name).toBe("case");
    for (const [name, data] of [
      ["decisions", "no list"],
      ["case", {}],
      ["policy", { version: "1" }],
      ["sanction", null],
      ["other", {}],
    ] as const) {
      expect(readHeard({ name, data }), name).toBeNull();
    }
  });
});

describe("the addresses of the views", () => {
  test("name the view and what it is about", () => {
    expect(placeOf("#people/k3v9x2m4qa")).toEqual({ view: "people", about: "k3v9x2m4qa" });
    expect(placeOf(addressOf("people", "a/ü%"))).toEqual({ view: "people", about: "a/ü%" });
    expect(placeOf("")).toEqual({ view: "queue", about: "" });
    expect(placeOf("#elsewhere/%E0%A4%A")).toEqual({ view: "queue", about: "%E0%A4%A" });
  });
});

test("times are told as people tell them", () => {
  const now = Date.UTC(2026, 10, 26, 12);
  const minutes = (count: number) => new Date(now + count * 60_000).toISOString();
  expect([minutes(0), minutes(-5), minutes(-120), minutes(50), minutes(-3_000)].map((at) => ago(at, now))).toEqual([
    "now",
    "5m ago",
    "2h ago",
    "in 50m",
    "2d ago",
  ]);
  expect(untilText(null)).toBe("for good");
});
