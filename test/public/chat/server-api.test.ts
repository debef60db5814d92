/** What the page asks of its server, and how. */
import { expect, test } from "vitest";
import { createServerApi } from "../../../public/src/chat/server-api.ts";

function recording() {
  const asked: string[] = [];
  const api = createServerApi("garden", async (path, init) => {
    asked.push(`${init?.method} ${path}`);
    return Response.json({ clientId: "Ann.abcdefghij" });
  });
  return { api, asked };
}

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
