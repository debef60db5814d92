/** The document as each visitor gets it: with what the page needs to connect, for nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtVerify } from "jose";
import request from "supertest";
import { afterAll, expect, test } from "vitest";
import { personOf } from "../../../lambda/person.ts";
import { createTokenIssuer } from "../../../server/tokens/token-issuer.ts";
import { app as appWith, cookieOf } from "./app-under-test.ts";

const pageFolder = mkdtempSync(join(tmpdir(), "asterism-page-"));
writeFileSync(
  join(pageFolder, "index.html"),
  '<title>page</title><script type="application/json" id="start"></script>',
);
for (const code of ["not_found", "invalid_room"])
  writeFileSync(join(pageFolder, `refused-${code}.html`), "<title>nothing here</title>");
afterAll(() => rmSync(pageFolder, { recursive: true }));

const app = (authRequestsAMinute?: number) => appWith({ pageFolder, authRequestsAMinute });

const startOf = ({ text }: request.Response) => JSON.parse(/id="start">(.*)<\/script>/.exec(text)?.[1] ?? "");

test("brings the settings of its room and a token for it along, and nobody may keep it", async () => {
  const response = await request(app()).get("/r/garden").expect(200);
  expect(response.headers["cache-control"]).toBe("no-store");
  const { settings, token } = startOf(response);
  expect(settings).toMatchObject({ mode: "ably", channels: { outbound: "chat:to-clients:garden" } });
  const { payload, protectedHeader } = await jwtVerify(token.token, Buffer.from("secret"));
  expect(protectedHeader.kid).toBe("app.key");
  expect(payload["x-ably-clientId"]).toBe(token.clientId);
  expect(Object.keys(JSON.parse(String(payload["x-ably-capability"])))).toContain("chat:from-clients:garden");
});

test("makes a stranger somebody, and knows them again; two strangers are two", async () => {
  const server = app();
  const first = await request(server).get("/");
  const again = await request(server).get("/").set("Cookie", cookieOf(first));
  const other = await request(server).get("/");
  const people = [first, again, other].map((response) => personOf(startOf(response).token.clientId));
  expect(people[0]).toBe(people[1]);
  expect(people[0]).not.toBe(people[2]);
});

test("comes without a token to somebody who asks too often", async () => {
  const server = app(2);
  for (let visit = 0; visit < 2; visit += 1) expect(startOf(await request(server).get("/")).token).not.toBeNull();
  const response = await request(server).get("/").expect(200);
  expect(startOf(response).token).toBeNull();
  expect(response.headers["set-cookie"]).toBeUndefined();
  // the page and the route count together
  await request(server).get("/auth").expect(429);
});

test("what is handed out cannot end its own element", async () => {
  const response = await request(appWith({ pageFolder }, { ABLY_ENDPOINT: "example.com" })).get("/");
  expect(response.text.match(/<\/script>/g)).toHaveLength(1);
  expect(/id="start">([^<]*)</.exec(response.text)?.[1]).toContain('"endpoint":"example.com"');
});

test("a wrong address is a page for people, and a code for programs", async () => {
  const page = await request(app()).get("/nowhere").set("Accept", "text/html").expect(404);
  expect(page.text).toContain("nothing here");
  expect(page.headers["content-type"]).toContain("text/html");
  const room = await request(app()).get("/r/Nowhere!").set("Accept", "text/html").expect(404);
  expect(room.text).toContain("nothing here");
  const { body } = await request(app()).get("/nowhere").set("Accept", "application/json").expect(404);
  expect(body.error.code).toBe("not_found");
});

test("a person who asks what cannot be answered reads a page that names the request; a program gets the code", async () => {
  writeFileSync(
    join(pageFolder, "refused-bad_request.html"),
    '<title>no</title><a href="/sign-in">in</a><code class="about" dir="ltr"></code>',
  );
  const page = await request(app()).get("/r/%E0%A4%A").set("Accept", "text/html").expect(400);
  expect(page.headers).toMatchObject({ "cache-control": "no-store", "content-type": "text/html; charset=utf-8" });
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
  const id = page.headers["x-request-id"];
  expect(page.text).toBe(
    `<title>no</title><a href="/sign-in?to=%2F">in</a><code class="about" dir="ltr">bad_request ${id}</code>`,
  );
  const { body } = await request(app()).get("/r/%E0%A4%A").expect(400);
  expect(body).toEqual({ error: { code: "bad_request", message: "The request cannot be read." } });
});

test("a fault of ours is a page to a person, with the id under which the log has it", async () => {
  writeFileSync(join(pageFolder, "refused-internal.html"), '<code class="about" dir="ltr"></code>');
  const told: object[] = [];
  const log = { info() {}, error: (_event: string, details?: object) => void told.push(details ?? {}) };
  const broken = async () => {
    throw new Error("the store is gone");
  };
  const page = await request(appWith({ pageFolder, log, banOf: broken }))
    .get("/")
    .set("Accept", "text/html")
    .expect(500);
  expect(told).toEqual([{ id: page.headers["x-request-id"], reason: "the store is gone" }]);
  expect(page.text).toContain(`internal ${page.headers["x-request-id"]}`);
  const program = await request(appWith({ pageFolder, banOf: broken }))
    .get("/auth")
    .expect(500);
  expect(program.body.error.code).toBe("internal");
});

test("a person who asks too often reads a page, too", async () => {
  writeFileSync(join(pageFolder, "refused-too_many_requests.html"), "<title>wait</title>");
  const server = app(1);
  const visit = () => request(server).get("/auth").set("Accept", "text/html");
  await visit().expect(200);
  const page = await visit().expect(429);
  expect(page.text).toContain("<title>wait</title>");
  expect(page.headers["cache-control"]).toBe("no-store");
});

test("where the page is not built, a person reads the sentence alone", async () => {
  const page = await request(appWith()).get("/nowhere").set("Accept", "text/html").expect(404);
  expect(page.headers["content-type"]).toContain("text/plain");
  expect(page.text).toBe("There is nothing at GET /nowhere.\n");
});

test("hands no token out to somebody who is banned", async () => {
  const ban = { person: "p", kind: "ban", reason: "spam", by: "Ana", at: 0, change: 1 } as const;
  const server = appWith({ pageFolder, banOf: async () => ban });
  const response = await request(server).get("/").expect(200);
  expect(startOf(response).token).toBeNull();
  expect(response.headers["set-cookie"]).toBeUndefined();
});

test("a ban that comes while the token is signed is seen: a later one ends the token, which is older", async () => {
  const steps: string[] = [];
  const issuer = createTokenIssuer("app.key:secret");
  const server = appWith({
    pageFolder,
    issuer: {
      ...issuer,
      async sign(clientId, room) {
        const token = await issuer.sign(clientId, room);
        steps.push("signed");
        return token;
      },
    },
    banOf: async () => {
      steps.push("looked");
      return undefined;
    },
  });
  expect(startOf(await request(server).get("/")).token).not.toBeNull();
  expect(steps).toEqual(["signed", "looked"]);
});
