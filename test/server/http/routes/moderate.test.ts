/** The moderators' routes: who may ask, what they answer, and what they refuse. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import request from "supertest";
import { beforeEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../../../server/config.ts";
import type { Desk } from "../../../../server/http/routes/moderate/deps.ts";
import { moderateRoutes } from "../../../../server/http/routes/moderate/routes.ts";
import { createSignInLinks } from "../../../../server/identity/moderator.ts";
import { limits } from "../../../../server/limits.ts";
import { createDeskTokens } from "../../../../server/tokens/desk.ts";
import { AUTHOR, createDesk, type DeskUnderTest, made, PERSON } from "../../../lambda/desk/desk-under-test.ts";
import { app, cookieOf, fromOurPage } from "../app-under-test.ts";

type Server = ReturnType<typeof app>;
let deps: DeskUnderTest;
let desk: Desk;
let server: Server;

beforeEach(() => {
  deps = createDesk();
  desk = { deps, links: createSignInLinks(deps.now), tokens: createDeskTokens("app.desk:secret") };
  server = app({ desk });
  const folder = String(server.get("page folder"));
  for (const file of ["moderate.html", "moderators-only.html"])
    writeFileSync(join(folder, file), `<title>${file}</title>`);
});

const signIn = async (name = "Ana"): Promise<string> =>
  cookieOf(
    await request(server)
      .get(`/moderate?key=${desk.links.issue(name)}`)
      .expect(303),
  );
const asking = (cookie: string) => ({
  get: (path: string) => request(server).get(`/moderate/${path}`).set("Cookie", cookie),
  post: (path: string, body: object = {}) =>
    request(server)
      .post(`/moderate/${path}`)
      .set({ Cookie: cookie, ...fromOurPage })
      .send(body),
  put: (path: string, body: object) =>
    request(server)
      .put(`/moderate/${path}`)
      .set({ Cookie: cookie, ...fromOurPage })
      .send(body),
  remove: (path: string, body: object = {}) =>
    request(server)
      .delete(`/moderate/${path}`)
      .set({ Cookie: cookie, ...fromOurPage })
      .send(body),
});
const open = async (kind?: Parameters<typeof made>[0]) => (await deps.store.cases.open(made(kind))).case.id;

const ROUTES = [
  ["get", "me"],
  ["get", "token"],
  ["get", "cases"],
  ["get", "cases/held-1"],
  ["post", "cases/held-1/approve"],
  ["post", "cases/held-1/deny"],
  ["post", "cases/held-1/dismiss"],
  ["post", "messages/remove"],
  ["get", "people"],
  ["get", `people/${PERSON}`],
  ["put", `people/${PERSON}/sanction`],
  ["delete", `people/${PERSON}/sanction`],
  ["get", "policy"],
  ["put", "policy"],
  ["get", "policy/versions"],
  ["get", "policy/versions/0"],
  ["post", "policy/try"],
  ["post", "policy/backtest"],
  ["get", "audit"],
] as const;

/** Every route of a router and of those in it, as the code has them. */
function routesOf({ stack }: { readonly stack: readonly unknown[] }): [method: string, path: string][] {
  return stack.flatMap((layer): [string, string][] => {
    const { route, handle } = layer as {
      readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
      readonly handle?: { readonly stack?: readonly unknown[] };
    };
    if (route !== undefined) return Object.keys(route.methods).map((method) => [method, route.path]);
    return handle?.stack === undefined ? [] : routesOf({ stack: handle.stack });
  });
}

/** The page itself, which leads visitors to the sign-in, and the way out. */
const OPEN = ["get /", "post /sign-out"];

test("the list of routes that are tried here is whole", () => {
  const config = parseConfig({ ABLY_API_KEY: "app.key:secret" });
  const log = { info() {}, error() {} };
  const router = moderateRoutes({ desk, config, sessionSecrets: ["a secret of this test"], folder: "", log });
  const inCode = routesOf(router).filter(([method, path]) => !OPEN.includes(`${method} ${path}`));
  const isTried = ([method, path]: [string, string]) => {
    const pattern = new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
    return ROUTES.some(([tried, at]) => tried === method && pattern.test(`/${at}`));
  };
  expect(inCode.filter((route) => !isTried(route))).toEqual([]);
  expect(inCode).toHaveLength(ROUTES.length);
});

describe("who may ask", () => {
  test.each(ROUTES)("a visitor may not: %s %s", async (method, path) => {
    const visitor = cookieOf(await request(server).get("/auth").set(fromOurPage).expect(200));
    const answer = await request(server)
      [method](`/moderate/${path}`)
      .set({ Cookie: visitor, ...fromOurPage })
      .expect(403);
    expect(answer.body.error.code).toBe("moderators_only");
  });

  test.each(ROUTES.filter(([method]) => method !== "get"))(
    "another site's page may not: %s %s",
    async (method, path) => {
      const foreign = { Cookie: await signIn(), Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
      const answer = await request(server)[method](`/moderate/${path}`).set(foreign).expect(403);
      expect(answer.body.error.code).toBe("cross_site");
    },
  );

  test("a link signs in once, and its key is gone from the address", async () => {
    const key = desk.links.issue("Ana");
    const first = await request(server).get(`/moderate?key=${key}`).expect(303);
    expect(first.headers.location).toBe("/moderate");
    expect(String(first.headers["set-cookie"])).toMatch(/HttpOnly; SameSite=Lax/);
    const page = await request(server).get("/moderate").set("Cookie", cookieOf(first)).expect(200);
    expect(page.text).toContain("moderate.html");
    const again = await request(server).get(`/moderate?key=${key}`).expect(403);
    expect(again.headers["set-cookie"]).toBeUndefined();
    expect(again.text).toContain("moderators-only.html");
  });

  test("a link that nobody used in a day is nobody's", async () => {
    const key = desk.links.issue("Ana");
    deps.clock.advance(limits.signInLinkMs);
    await request(server).get(`/moderate?key=${key}`).expect(403);
  });

  test("a session ends, and says so", async () => {
    const ana = asking(await signIn());
    expect((await ana.get("me").expect(200)).body.name).toBe("Ana");
    deps.clock.advance(limits.moderatorSessionMs);
    expect((await ana.get("me").expect(401)).body.error.code).toBe("session_ended");
  });

  test("what we signed as a visitor's cookie is no moderator's, and the other way round", async () => {
    const moderator = await signIn();
    const value = moderator.split("=")[1] ?? "";
    const visitor = cookieOf(await request(server).get("/auth").set(fromOurPage)).split("=")[1] ?? "";
    await asking(`asterism_moderator=${visitor}`).get("me").expect(403);
    const answer = await request(server)
      .get("/auth")
      .set({ ...fromOurPage, Cookie: `asterism_identity=${value}` });
    expect(answer.body.clientId).not.toContain("Ana");
  });

  test("signing out forgets the session in the browser", async () => {
    const answer = await asking(await signIn())
      .post("sign-out")
      .expect(204);
    expect(String(answer.headers["set-cookie"])).toMatch(/asterism_moderator=;/);
  });

  test("only the desk's page may use lit-html's policy", async () => {
    const policyOf = async (path: string) => (await request(server).get(path)).headers["content-security-policy"];
    expect(await policyOf("/moderate")).toContain("trusted-types lit-html");
    expect(await policyOf("/")).toContain("trusted-types 'none'");
    expect(await policyOf("/moderate/me")).toContain("trusted-types 'none'");
  });
});

describe("cases", () => {
  test("are listed, told whole, and decided once", async () => {
    const id = await open();
    const [ana, ben] = [asking(await signIn("Ana")), asking(await signIn("Ben"))];
    const { cases, next } = (await ana.get("cases?state=open&kind=held").expect(200)).body;
    expect(next).toBeNull();
    expect(cases).toMatchObject([{ id, kind: "held", room: "garden", author: AUTHOR, at: "2023-11-14T22:13:20.000Z" }]);
    const { rules } = (await ana.get(`cases/${id}`).expect(200)).body;
    expect(rules).toMatchObject([{ name: "house words", spans: [{ word: "potato", undone: [] }] }]);
    const decided = await ana.post(`cases/${id}/approve`, { reason: "fine" }).expect(200);
    expect(decided.body.case).toMatchObject({ outcome: "approved", decidedBy: "Ana" });
    const second = await ben.post(`cases/${id}/deny`).expect(409);
    expect(second.body.error).toMatchObject({
      code: "already-decided",
      case: { outcome: "approved", decidedBy: "Ana" },
    });
    const { entries } = (await ben.get("audit").expect(200)).body;
    expect(entries).toMatchObject([{ by: "Ana", did: "approved", reason: "fine" }]);
  });

  test("that are not there, or not held, are refused with a code", async () => {
    const ana = asking(await signIn());
    expect((await ana.get("cases/none").expect(404)).body.error.code).toBe("unknown-case");
    expect((await ana.post("cases/none/approve").expect(404)).body.error.code).toBe("unknown-case");
    const id = await open("flagged");
    expect((await ana.post(`cases/${id}/approve`).expect(409)).body.error.code).toBe("not-held");
    await ana.post(`cases/${id}/dismiss`).expect(200);
    await ana.get("cases?kind=other").expect(400);
    await ana.post(`cases/${id}/dismiss`, { reason: 5 }).expect(400);
    await ana.post("messages/remove", { room: "lobby" }).expect(400);
    expect((await ana.post("messages/remove", { case: "none" }).expect(404)).body.error.code).toBe("unknown-case");
  });
});

describe("people", () => {
  test("are muted until a time, and lifted", async () => {
    const ana = asking(await signIn());
    const until = new Date(deps.now() + 3_600_000).toISOString();
    await ana.put(`people/${PERSON}/sanction`, { kind: "mute", until, reason: "spam" }).expect(204);
    const wanted = { person: PERSON, kind: "mute", until, reason: "spam", by: "Ana" };
    expect((await ana.get("people").expect(200)).body.sanctions).toMatchObject([wanted]);
    expect((await ana.get(`people/${PERSON}`).expect(200)).body.sanction).toMatchObject(wanted);
    await ana.remove(`people/${PERSON}/sanction`, { reason: "sorry" }).expect(204);
    expect((await ana.get(`people/${PERSON}`).expect(200)).body.sanction).toBeNull();
    expect((await ana.remove(`people/${PERSON}/sanction`).expect(409)).body.error.code).toBe("not-sanctioned");
  });

  test("nobody is muted until yesterday, or in another way", async () => {
    const ana = asking(await signIn());
    const yesterday = new Date(deps.now() - 86_400_000).toISOString();
    await ana.put(`people/${PERSON}/sanction`, { kind: "mute", until: yesterday }).expect(400);
    await ana.put(`people/${PERSON}/sanction`, { kind: "tickle", until: null }).expect(400);
    await ana.put(`people/${PERSON}/sanction`, { kind: "mute", until: "soon" }).expect(400);
  });

  test("that nobody can be are 404, with a code", async () => {
    const ana = asking(await signIn());
    for (const answer of [
      await ana.get("people/nobody99"),
      await ana.put("people/x/sanction", { kind: "mute", until: null }),
      await ana.remove("people/x/sanction"),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, "unknown-person"]);
    }
  });
});

describe("the policy", () => {
  const policy = { lists: { mine: ["turnip"] }, rules: [{ name: "mine", when: { words: ["mine"] }, action: "block" }] };

  test("is saved on top of the version that its author knows, and no other", async () => {
    const [ana, ben] = [asking(await signIn("Ana")), asking(await signIn("Ben"))];
    const deployed = await ana.get("policy").expect(200);
    expect(deployed.body).toMatchObject({ version: 0, savedBy: null, savedAt: null });
    expect(deployed.headers.etag).toBe('"0"');
    expect((await ana.put("policy", { policy }).expect(428)).body.error.code).toBe("version-required");
    const saved = await ana.put("policy", { policy, reason: "turnips" }).set("If-Match", '"0"').expect(200);
    expect(saved.body).toMatchObject({ version: 1, savedBy: "Ana" });
    const late = await ben.put("policy", { policy, reason: "" }).set("If-Match", "0").expect(412);
    expect(late.body.error).toMatchObject({ code: "version-conflict", version: 1 });
    const { versions } = (await ben.get("policy/versions").expect(200)).body;
    expect(versions).toMatchObject([{ version: 1, savedBy: "Ana", reason: "turnips" }]);
    expect((await ben.get("policy/versions/1").expect(200)).body.policy).toEqual(policy);
    expect((await ben.get("policy/versions/9").expect(404)).body.error.code).toBe("unknown-version");
  });

  test("with problems is refused with all of them, each with its path", async () => {
    const wrong = { rules: [{ name: "a", when: { words: ["none"] }, action: "dance" }] };
    const ana = asking(await signIn());
    for (const answer of [
      await ana.put("policy", { policy: wrong }).set("If-Match", "0").expect(422),
      await ana.post("policy/try", { policy: wrong, text: "x" }).expect(422),
      await ana.post("policy/backtest", { policy: wrong }).expect(422),
    ]) {
      const { code, problems } = answer.body.error;
      expect(code).toBe("invalid-policy");
      expect(problems.map(({ path }: { path: string }) => path)).toEqual(["rules[0].action", "rules[0].when.words[0]"]);
    }
  });

  test("of a room that nobody can enter is 404, with a code", async () => {
    const ana = asking(await signIn());
    for (const answer of [
      await ana.post("policy/backtest", { policy, room: "No Room" }),
      await ana.post("messages/remove", { room: "No Room", serial: "serial0" }),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, "unknown-room"]);
    }
  });

  test("with a list of a million entries is refused with the limit, and the one before stays in force", async () => {
    const ana = asking(await signIn());
    await ana.put("policy", { policy }).set("If-Match", "0").expect(200);
    const million = (entry: string) => ({ ...policy, lists: { mine: Array.from({ length: 1_000_000 }, () => entry) } });
    const short = await ana
      .put("policy", { policy: million("ab") })
      .set("If-Match", "1")
      .expect(422);
    expect(short.body.error).toMatchObject({
      code: "invalid-policy",
      problems: [{ path: "lists", message: "all lists together have 1000000 entries; 100000 are the most" }],
    });
    const long = await ana
      .put("policy", { policy: million("turnip") })
      .set("If-Match", "1")
      .expect(413);
    expect(long.body.error).toEqual({
      code: "policy-too-large",
      message: "The policy is too large; all its lists together take 100,000 entries.",
    });
    expect((await ana.get("policy").expect(200)).body).toMatchObject({ version: 1, policy });
  });

  test("is tried on a text, with what it hits", async () => {
    const answer = await asking(await signIn())
      .post("policy/try", { policy, text: "a t.u.r.n.i.p" })
      .expect(200);
    expect(answer.body).toMatchObject({
      action: "block",
      rules: [{ name: "mine", spans: [{ start: 2, word: "turnip" }] }],
    });
    expect(answer.body.rules[0].spans[0].undone).not.toEqual([]);
  });
});

test("while the store is down everything is refused as that, and nothing else", async () => {
  const ana = asking(await signIn());
  const down = async () => {
    throw new Error("unable to reach the table");
  };
  Object.assign(deps.store.cases, { list: down, get: down, decide: down });
  for (const answer of [await ana.get("cases"), await ana.get("cases/a"), await ana.post("cases/a/approve")]) {
    expect(answer.status).toBe(503);
    expect(answer.body.error.code).toBe("store-unavailable");
  }
});

describe("while every request to the table fails", () => {
  /** What needs no store: who asks, a token, and what a policy would do. */
  const UNTOUCHED = ["me", "token", "policy/try", "policy/backtest", "policy/versions/0"];
  const policy = { rules: [{ name: "a", when: { capitals: { share: 0.5, letters: 5 } }, action: "flag" }] };
  const body = { policy, text: "x", messages: 10, kind: "mute", until: null, reason: "", case: "held-1" };

  test.each(ROUTES)("%s %s says so, and decides nothing", async (method, path) => {
    const cookie = await signIn();
    const down = async () => {
      throw new Error("unable to reach the table");
    };
    for (const part of Object.values(deps.store)) {
      if (typeof part !== "object") continue;
      for (const name of Object.keys(part)) Object.assign(part, { [name]: down });
    }
    const answer = await request(server)
      [method](`/moderate/${path}`)
      .set({ Cookie: cookie, "If-Match": "0", ...fromOurPage })
      .send(method === "get" ? undefined : body);
    if (UNTOUCHED.includes(path)) expect(answer.status).toBe(200);
    else expect([answer.status, answer.body.error.code]).toEqual([503, "store-unavailable"]);
    expect(deps.ably.delivered).toEqual([]);
  });
});

describe("visitors", () => {
  const visitor = async () => cookieOf(await request(server).get("/auth").set(fromOurPage).expect(200));
  const report = (cookie: string, body: object) =>
    request(server)
      .post("/reports")
      .set({ Cookie: cookie, ...fromOurPage })
      .send(body);

  test("report what is there, and one case counts each of them once", async () => {
    await asking(await signIn())
      .post(`cases/${await open()}/approve`)
      .expect(200);
    const body = { room: "garden", serial: "serial0", reason: "rude" };
    const [ann, bob] = [await visitor(), await visitor()];
    for (const cookie of [ann, ann, bob]) await report(cookie, body).expect(204);
    const { cases } = (
      await asking(await signIn())
        .get("cases?kind=reported")
        .expect(200)
    ).body;
    expect(cases).toHaveLength(1);
    expect(cases[0].reports).toHaveLength(2);
    const unknown = await report(ann, { ...body, serial: "none" }).expect(404);
    expect(unknown.body.error.code).toBe("unknown-message");
  });

  test("who never was here, and another site's page, report nothing", async () => {
    const body = { room: "garden", serial: "s" };
    const nobody = await request(server).post("/reports").set(fromOurPage).send(body).expect(403);
    expect(nobody.body.error.code).toBe("unknown_visitor");
    const foreign = { Cookie: await visitor(), Origin: "https://evil.example" };
    expect((await request(server).post("/reports").set(foreign).send(body).expect(403)).body.error.code).toBe(
      "cross_site",
    );
    await report(await visitor(), { room: "garden" }).expect(400);
  });

  test("may do so a few times in a minute", async () => {
    const cookie = await visitor();
    for (let n = 0; n < limits.personActsAMinute; n += 1)
      await report(cookie, { room: "garden", serial: "none" }).expect(404);
    const answer = await report(cookie, { room: "garden", serial: "none" }).expect(429);
    expect(answer.body.error.code).toBe("too_many_requests");
  });

  test("appeal and remove only what is their own", async () => {
    const cookie = await visitor();
    const appeal = request(server)
      .post("/appeals")
      .set({ Cookie: cookie, ...fromOurPage });
    expect((await appeal.send({ sourceId: "m1" }).expect(404)).body.error.code).toBe("unknown-message");
    const removal = request(server)
      .delete("/messages")
      .set({ Cookie: cookie, ...fromOurPage });
    expect((await removal.send({ room: "garden", serial: "s" }).expect(404)).body.error.code).toBe("unknown-message");
  });
});
