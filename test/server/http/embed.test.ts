/** The chat in frames of other sites: who may show it, and which cookies it has there. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import request from "supertest";
import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../../server/config.ts";
import { app, fromOurPage } from "./app-under-test.ts";

const SITE = "https://www.example.org";
const embedding = () => {
  const server = app({}, { EMBED_ORIGINS: `${SITE},http://127.0.0.1:8080` });
  writeFileSync(join(String(server.get("page folder")), "embed.js"), "// the script");
  return server;
};
const ancestorsOf = (response: request.Response) =>
  /frame-ancestors ([^;]*)/.exec(String(response.headers["content-security-policy"]))?.[1];

test("only a room that says so may be shown, and only by the sites that are named", async () => {
  const server = embedding();
  const frame = await request(server).get("/r/garden?embed");
  expect(ancestorsOf(frame)).toBe(`${SITE} http://127.0.0.1:8080`);
  expect(frame.headers["x-frame-options"]).toBeUndefined();
  for (const path of [
    "/",
    "/?embed",
    "/r/garden",
    "/r/garden?embed=1",
    "/auth?embed",
    "/r/garden/x?embed",
    "/health?embed",
  ]) {
    const response = await request(server).get(path).set(fromOurPage);
    expect([path, ancestorsOf(response), response.headers["x-frame-options"]]).toEqual([path, "'none'", "SAMEORIGIN"]);
  }
});

test("where no site is named nothing may be shown, there is no script, and `embed` means nothing", async () => {
  const server = app();
  const response = await request(server).get("/r/garden?embed");
  expect(ancestorsOf(response)).toBe("'none'");
  expect(String(response.headers["set-cookie"])).toContain("SameSite=Lax");
  expect((await request(server).get("/embed.js")).status).toBe(404);
});

test("in a frame the cookie is one of its own, kept apart by the browser; outside it stays as it was", async () => {
  const server = embedding();
  const [cookie = ""] = [(await request(server).get("/r/garden?embed")).headers["set-cookie"]].flat();
  expect(cookie).toMatch(/^asterism_embedded_identity=/);
  for (const attribute of ["HttpOnly", "Secure", "SameSite=None", "Partitioned"]) expect(cookie).toContain(attribute);
  const [plain = ""] = [(await request(server).get("/r/garden")).headers["set-cookie"]].flat();
  expect(plain).toMatch(/^asterism_identity=.*SameSite=Lax/);
  expect(plain).not.toContain("Partitioned");

  const Cookie = String(cookie.split(";")[0]);
  const inFrame = await request(server)
    .get("/auth?embed")
    .set({ ...fromOurPage, Cookie });
  const again = await request(server)
    .get("/auth?embed")
    .set({ ...fromOurPage, Cookie });
  const outside = await request(server)
    .get("/auth")
    .set({ ...fromOurPage, Cookie });
  expect(again.body.clientId).toBe(inFrame.body.clientId);
  expect(outside.body.clientId).not.toBe(inFrame.body.clientId);
});

test("the page around the frame gets no token, and changes nothing", async () => {
  const server = embedding();
  const site = { Origin: SITE, "Sec-Fetch-Site": "cross-site" };
  expect((await request(server).get("/auth?embed").set(site)).status).toBe(403);
  expect((await request(server).post("/auth?embed&name=Eve").set(site)).status).toBe(403);
  expect((await request(server).post("/leave?embed").set(site)).status).toBe(403);
});

test("the script has a fixed address, which any site may read, and is kept for an hour", async () => {
  const response = await request(embedding()).get("/embed.js");
  expect([
    response.status,
    response.headers["cross-origin-resource-policy"],
    response.headers["cache-control"],
  ]).toEqual([200, "cross-origin", "public, max-age=3600"]);
});

test.each([
  "www.example.org",
  "https://www.example.org/",
  "https://www.example.org/chat",
  "https://*.example.org",
  "http://www.example.org",
  "https://a.example https://b.example",
  "https://a.example;script-src *",
  "null",
  "*",
])("EMBED_ORIGINS=%s is refused in one sentence", (EMBED_ORIGINS) => {
  const parse = () => parseConfig({ EMBED_ORIGINS });
  expect(parse).toThrow(ConfigError);
  expect(parse).toThrow(/EMBED_ORIGINS must be origins such as/);
});
