/** What the page asks of its server, and how. */
import { expect, test } from "vitest";
import { createServerApi, type Start } from "../../../public/src/chat/server-api.ts";

const token = { token: "a.b.c", clientId: "Ann.abcdefghij", capability: "{}", issued: 1, expires: 2 };
const settings = {
  mode: "local",
  channels: { inbound: "", outbound: "", noticesPrefix: "" },
  maxMessageLength: 9,
} as const;

function recording(start: Start | null = null) {
  const asked: string[] = [];
  const request: typeof fetch = async (path, init) => {
    asked.push(`${init?.method} ${path}`);
    return Response.json({ clientId: "Ann.abcdefghij" });
  };
  const early = { start, recent: Promise.resolve([{ id: "1" }]) };
  return { api: createServerApi("garden", { request, early }), asked };
}

test("does not ask for what came with the document; its token and messages serve once", async () => {
  const { api, asked } = recording({ settings, token });
  expect(await api.settings()).toEqual({ ok: true, value: settings });
  expect(await api.token()).toEqual({ ok: true, value: token });
  expect(await api.recent()).toEqual([{ id: "1" }]);
  expect(await api.recent()).toBeNull();
  expect(asked).toEqual([]);
  await api.token();
  expect(asked).toEqual(["GET /auth?room=garden"]);
});

test("a renewal, a new name or another identity is never served from the document", async () => {
  const { api, asked } = recording({ settings, token });
  await api.token({ name: "Bob" });
  await api.token();
  expect(asked).toEqual(["POST /auth?room=garden&name=Bob", "GET /auth?room=garden"]);
});

test("asks for a token without changing anything", async () => {
  const { api, asked } = recording();
  await api.token();
  await api.token({ clientId: "Ann.abcdefghij" });
  expect(asked).toEqual(["GET /auth?room=garden", "GET /auth?room=garden&clientId=Ann.abcdefghij"]);
});

test("posts what changes who somebody is", async () => {
  const { api, asked } = recording();
  await api.token({ name: "Ann" });
  await api.leave();
  expect(asked).toEqual(["POST /auth?room=garden&name=Ann", "POST /leave?room=garden"]);
});
