/** Signing in with a real OpenID Connect provider, and what happens to whoever tampers with it. */
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Desk } from "../../../server/http/routes/moderate/deps.ts";
import { createSignInLinks } from "../../../server/identity/moderator.ts";
import { openSignIn } from "../../../server/identity/signed-in.ts";
import { limits } from "../../../server/limits.ts";
import { createDeskTokens } from "../../../server/tokens/desk.ts";
import {
  CLIENT,
  OTHER_CLIENT,
  type StandingProvider,
  type Substitute,
  signInAt,
  startProvider,
} from "../../helpers/oidc-provider.ts";
import { createDesk } from "../../lambda/desk/desk-under-test.ts";
import { app, fromOurPage } from "../../server/http/app-under-test.ts";

const ANA = "ana@example.com";
const SECRET = "the session secret of this test";

let provider: StandingProvider;
let server: Server;
let ours: string;
let now: number;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ours = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = await startProvider([`${ours}/sign-in/return`]);
  provider.people.set("ana", { name: "Ana", email: "Ana@Example.com", isVerified: true });
  provider.people.set("bob", { name: "Bob", email: "bob@example.com", isVerified: true });
  provider.people.set("eve", { name: "Eve", email: ANA, isVerified: false });
});

afterAll(async () => {
  await provider.close();
  server.closeAllConnections();
  server.close();
});

interface Served {
  readonly visitors?: "off" | "optional" | "required";
  readonly secrets?: readonly string[];
  readonly issuer?: string;
  readonly moderators?: readonly string[];
  readonly clientId?: string;
}

/** From now on the server answers like this. */
function serve({ visitors = "off", secrets = [SECRET], moderators = [ANA], ...given }: Served = {}): void {
  const { issuer = provider.issuer, clientId = CLIENT.id } = given;
  const deps = createDesk();
  const desk: Desk = { deps, links: createSignInLinks(deps.now), tokens: createDeskTokens("app.desk:secret") };
  const settings = { issuer, clientId, clientSecret: CLIENT.secret, personSecret: "who is who in this test" };
  const signIn = openSignIn({ ...settings, visitors, moderators }, { secrets, now: () => now });
  const under = app({ desk, signIn, sessionSecrets: secrets });
  for (const file of ["moderate.html", "moderators-only.html"])
    writeFileSync(join(String(under.get("page folder")), file), `<title>${file}</title>`);
  server.removeAllListeners("request");
  server.on("request", under);
}

beforeEach(() => {
  now = Date.now();
  provider.substitute = undefined;
  serve();
});

/** A browser with cookies of its own, which follows nothing by itself. */
class Browser {
  readonly cookies = new Map<string, string>();

  async ask(path: string, init: { readonly method?: string; readonly headers?: Record<string, string> } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(path, ours), {
      redirect: "manual",
      ...init,
      headers: { cookie, accept: "application/json", ...fromOurPage, ...init.headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: answer.status, to: answer.headers.get("location") ?? "", text: await answer.text(), answer };
  }

  /** The code of a refusal. */
  async refusal(path: string, init?: Parameters<Browser["ask"]>[1]) {
    const { status, text } = await this.ask(path, init);
    return [status, JSON.parse(text).error.code];
  }

  /** Up to the answer that the provider sends back with the browser. */
  async begin(login: string, to = "/moderate") {
    const { to: authorization } = await this.ask(`/sign-in?to=${encodeURIComponent(to)}`);
    return await signInAt(authorization, login);
  }

  async signIn(login: string, to = "/moderate") {
    return await this.ask(await this.begin(login, to));
  }

  async person() {
    const { text } = await this.ask("/auth");
    return String(JSON.parse(text).clientId).split(".").at(-1);
  }
}

describe("a moderator", () => {
  test("is sent to the provider and comes back to the desk", async () => {
    const ana = new Browser();
    expect(await ana.ask("/moderate")).toMatchObject({ status: 303, to: "/sign-in?to=/moderate" });
    expect(await ana.signIn("ana")).toMatchObject({ status: 303, to: "/moderate" });
    expect((await ana.ask("/moderate")).text).toContain("moderate.html");
    expect(JSON.parse((await ana.ask("/moderate/me")).text).name).toBe(ANA);
  });

  test("is asked for with PKCE, state, nonce and the one address to come back to", async () => {
    const url = new URL((await new Browser().ask("/sign-in")).to);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      redirect_uri: `${ours}/sign-in/return`,
      response_type: "code",
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
    });
  });

  test("is nobody whose address is not on the list, or not verified", async () => {
    for (const login of ["bob", "eve"]) {
      const visitor = new Browser();
      const back = await visitor.begin(login);
      expect(await visitor.refusal(back)).toEqual([403, "moderators_only"]);
      expect(await visitor.refusal("/moderate/cases")).toEqual([403, "moderators_only"]);
    }
  });

  test("is no moderator any more when taken off the list", async () => {
    const ana = new Browser();
    await ana.signIn("ana");
    serve({ moderators: ["bob@example.com"] });
    expect(await ana.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
  });

  test("has a session that ends after a working day", async () => {
    const ana = new Browser();
    await ana.signIn("ana");
    now += limits.moderatorSessionMs - 1_000;
    expect((await ana.ask("/moderate/me")).status).toBe(200);
    now += 2_000;
    expect(await ana.refusal("/moderate/me")).toEqual([401, "session_ended"]);
    expect(await ana.ask("/moderate")).toMatchObject({ to: "/sign-in?to=/moderate" });
  });

  test("signs out, from our own page alone", async () => {
    const ana = new Browser();
    await ana.signIn("ana");
    const foreign = { method: "POST", headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } };
    expect(await ana.refusal("/moderate/sign-out", foreign)).toEqual([403, "cross_site"]);
    expect((await ana.ask("/moderate/me")).status).toBe(200);
    expect((await ana.ask("/moderate/sign-out", { method: "POST" })).status).toBe(204);
    expect(await ana.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
  });

  test("stays signed in while the session secret is replaced, and not after that", async () => {
    const ana = new Browser();
    await ana.signIn("ana");
    serve({ secrets: ["the next session secret", SECRET] });
    expect((await ana.ask("/moderate/me")).status).toBe(200);
    serve({ secrets: ["the next session secret"] });
    expect(await ana.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
  });
});

describe("what is refused", () => {
  test.each(["https://evil.example", "//evil.example", "/\\evil.example", "/r/../../x", "javascript:alert(1)"])(
    "nobody is led to %s",
    async (to) => {
      const ana = new Browser();
      expect(await ana.signIn("ana", to)).toMatchObject({ status: 303, to: "/" });
    },
  );

  test("an answer that another browser began", async () => {
    const back = await new Browser().begin("ana");
    expect(await new Browser().refusal(back)).toEqual([400, "sign_in_expired"]);
    const other = new Browser();
    await other.ask("/sign-in");
    expect(await other.refusal(back)).toEqual([400, "sign_in_failed"]);
    expect(await other.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
  });

  test("an answer that comes a second time, or too late", async () => {
    const ana = new Browser();
    const back = await ana.begin("ana");
    const kept = new Map(ana.cookies);
    await ana.ask(back);
    expect(await ana.refusal(back)).toEqual([400, "sign_in_expired"]);
    for (const [name, value] of kept) ana.cookies.set(name, value);
    expect(await ana.refusal(back)).toEqual([400, "sign_in_failed"]);
    const late = await ana.begin("ana");
    now += limits.signInAttemptMs;
    expect(await ana.refusal(late)).toEqual([400, "sign_in_expired"]);
  });

  test("an ID token for another nonce, and a code for another challenge", async () => {
    for (const replaced of ["nonce", "code_challenge"]) {
      const ana = new Browser();
      const authorization = new URL((await ana.ask("/sign-in")).to);
      authorization.searchParams.set(replaced, "a".repeat(43));
      expect(await ana.refusal(await signInAt(authorization.href, "ana"))).toEqual([400, "sign_in_failed"]);
      expect(await ana.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
    }
  });

  const hourAgo = Math.floor(Date.now() / 1000) - 3_600;
  test.each<[string, Substitute]>([
    ["for another application", { claims: { aud: OTHER_CLIENT } }],
    ["for several applications, given to another one", { claims: { aud: [CLIENT.id, "x"], azp: OTHER_CLIENT } }],
    ["of another issuer", { claims: { iss: "https://evil.example" } }],
    ["that has expired", { claims: { iat: hourAgo - 60, exp: hourAgo } }],
    ["of nobody", { claims: { sub: "" } }],
    ["that somebody else signed", { signedBy: "stranger" }],
    ["that nobody signed", { signedBy: "nobody" }],
  ])("an ID token %s", async (_what, substitute) => {
    const ana = new Browser();
    const back = await ana.begin("ana");
    provider.substitute = substitute;
    expect(await ana.refusal(back)).toEqual([400, "sign_in_failed"]);
    expect(await ana.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
    // The same exchange with the claims left alone signs in: what was refused is what was changed.
    provider.substitute = {};
    expect(await ana.signIn("ana")).toMatchObject({ status: 303, to: "/moderate" });
  });

  test("a key that the provider has withdrawn, while its new one signs people in at once", async () => {
    const ana = new Browser();
    await ana.signIn("ana");
    await provider.changeKey();
    const bob = new Browser();
    provider.substitute = { signedBy: "withdrawn" };
    expect(await bob.refusal(await bob.begin("ana"))).toEqual([400, "sign_in_failed"]);
    provider.substitute = undefined;
    expect(await bob.signIn("ana")).toMatchObject({ status: 303, to: "/moderate" });
    expect((await bob.ask("/moderate/me")).status).toBe(200);
    // who was signed in stays so
    expect((await ana.ask("/moderate/me")).status).toBe(200);
  });

  test("a code that another application was given", async () => {
    const ana = new Browser();
    const back = await ana.begin("ana");
    serve({ clientId: OTHER_CLIENT });
    expect(await ana.refusal(back)).toEqual([400, "sign_in_failed"]);
  });

  test("an address to come back to that is not ours", async () => {
    const { to } = await new Browser().ask("/sign-in", { headers: { "x-forwarded-host": "evil.example" } });
    expect(new URL(to).searchParams.get("redirect_uri")).toBe(`${ours}/sign-in/return`);
    const elsewhere = new URL(to);
    elsewhere.searchParams.set("redirect_uri", "https://evil.example/sign-in/return");
    await expect(signInAt(elsewhere.href, "ana")).rejects.toThrow("the provider says 400");
  });

  test("a refusal of the provider, and an address without a code", async () => {
    const ana = new Browser();
    await ana.ask("/sign-in");
    expect(await ana.refusal("/sign-in/return?error=access_denied")).toEqual([400, "sign_in_failed"]);
    await ana.ask("/sign-in");
    expect(await ana.refusal("/sign-in/return")).toEqual([400, "sign_in_failed"]);
  });

  test("a session that is made up, or sealed for something else", async () => {
    const forged = await new SignJWT({ value: { person: "aaaaaaaaaa", email: ANA } })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("signed in")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(SECRET));
    const eve = new Browser();
    eve.cookies.set("asterism_signed_in", forged);
    expect(await eve.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
    await eve.ask("/sign-in");
    eve.cookies.set("asterism_signed_in", eve.cookies.get("asterism_sign_in") ?? "");
    expect(await eve.refusal("/moderate/me")).toEqual([403, "moderators_only"]);
  });

  test("a provider that is down is a code, and is asked again", async () => {
    const gone = await startProvider([`${ours}/sign-in/return`]);
    serve({ issuer: gone.issuer });
    await gone.close();
    expect(await new Browser().refusal("/sign-in")).toEqual([503, "provider_unavailable"]);
    serve();
    const ana = new Browser();
    const back = await ana.begin("ana");
    serve({ issuer: gone.issuer });
    expect(await ana.refusal(back)).toEqual([503, "provider_unavailable"]);
  });
});

describe("visitors", () => {
  test("need not sign in where it is off, and moderators stay who they were in the chat", async () => {
    const ana = new Browser();
    const before = await ana.person();
    await ana.signIn("ana");
    expect(await ana.person()).toBe(before);
  });

  test("may sign in where it is optional, and are the same person in every browser", async () => {
    serve({ visitors: "optional" });
    const [home, work, guest] = [new Browser(), new Browser(), new Browser()];
    await home.signIn("bob", "/r/garden");
    await work.signIn("bob", "/");
    expect(await home.person()).toMatch(/^[a-z2-9]{10}$/);
    expect(await work.person()).toBe(await home.person());
    expect(await guest.person()).not.toBe(await home.person());
    expect(JSON.parse((await home.ask("/auth")).text).clientId).toMatch(/^Bob\./);
  });

  test("are the same person when the session secret has changed, and another at another provider", async () => {
    serve({ visitors: "optional" });
    const [first, second, third] = [new Browser(), new Browser(), new Browser()];
    await first.signIn("bob", "/");
    const person = await first.person();
    serve({ visitors: "optional", secrets: ["the next session secret"] });
    await second.signIn("bob", "/");
    expect(await second.person()).toBe(person);
    const other = await startProvider([`${ours}/sign-in/return`]);
    serve({ visitors: "optional", issuer: other.issuer });
    await third.signIn("bob", "/");
    expect(await third.person()).not.toBe(person);
    await other.close();
  });

  test("must sign in where it is required: the page leads there, everything else is 401", async () => {
    const bob = new Browser();
    await bob.ask("/auth");
    serve({ visitors: "required" });
    expect(await bob.ask("/r/garden")).toMatchObject({ status: 303, to: "/sign-in?to=%2Fr%2Fgarden" });
    expect(await bob.refusal("/auth")).toEqual([401, "sign_in_required"]);
    expect(await bob.refusal("/auth?name=Bob", { method: "POST" })).toEqual([401, "sign_in_required"]);
    expect(await bob.refusal("/reports", { method: "POST" })).toEqual([401, "sign_in_required"]);
    expect(await bob.signIn("bob", "/r/garden")).toMatchObject({ status: 303, to: "/r/garden" });
    expect((await bob.ask("/auth")).status).toBe(200);
    expect((await bob.ask("/r/garden")).status).toBe(200);
    await bob.ask("/leave", { method: "POST" });
    expect(await bob.refusal("/auth")).toEqual([401, "sign_in_required"]);
  });

  test("must sign in again after a week", async () => {
    serve({ visitors: "required" });
    const bob = new Browser();
    await bob.signIn("bob", "/");
    now += limits.signedInMs;
    expect(await bob.refusal("/auth")).toEqual([401, "sign_in_required"]);
  });
});
