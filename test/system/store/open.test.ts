/** The store that a configuration names, as the function and the commands open it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openStore } from "../../../lambda/store/open.ts";

const env = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
const server = createServer();
let answer: object | undefined;
const asked: string[] = [];

server.on("request", async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  asked.push(JSON.parse(text).TableName);
  if (answer !== undefined) response.end(JSON.stringify(answer));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function open(timeoutMs?: number) {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const faults: string[] = [];
  const parts = { now: () => 1, onFault: (fault: string) => faults.push(fault), env, timeoutMs };
  const store = openStore({ table: "chat", endpoint }, parts);
  if (store === undefined) throw new Error("there is a store");
  return { store, faults };
}

test("is none where no table is named", () => {
  expect(openStore(undefined, { now: () => 1, onFault: () => undefined, env })).toBeUndefined();
});

test("asks the table that is named, and tells of an item that cannot be read by its keys alone", async () => {
  const { store, faults } = await open();
  answer = { Items: [{ pk: { S: "policy" }, sk: { S: "7" }, text: { S: "potato" } }] };
  expect(await store.policies.since(0)).toEqual([]);
  expect(asked).toEqual(["chat"]);
  expect(faults).toEqual(["policy 7 cannot be read"]);
});

test("waits as long as it is told to", async () => {
  answer = undefined;
  const [hasty, patient] = [await open(20), await open()];
  const late = patient.store.policies.since(0).catch(() => "the patient one");
  expect(await Promise.race([hasty.store.policies.since(0).catch(() => "the hasty one"), late])).toBe("the hasty one");
  await late;
});
