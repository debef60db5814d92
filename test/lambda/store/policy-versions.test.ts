/** Versions of the policy: their sizes, what becomes of old ones, and documents that somebody else wrote. */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { storeLimits } from "../../../lambda/store/limits.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore, type Store } from "../../../lambda/store/store.ts";
import type { Table } from "../../../lambda/store/table.ts";

let faults: string[];
let table: Table;
let store: Store;

beforeEach(() => {
  faults = [];
  table = createMemoryTable();
  store = createStore({ table, now: () => 1_000, onFault: ({ pk, sk }) => faults.push(`${pk} ${sk}`) });
});

const save = (document: object, ifVersion = 0) => store.policies.save(document, { by: "Ana", reason: "", ifVersion });

test("a version that can be read is no fault", async () => {
  const saved = await save({ rules: [] });
  expect(saved.ok && (await store.policies.read(saved.version))).toEqual({ rules: [] });
  expect(faults).toEqual([]);
});

test("a policy is as long as the limit at most, and so is what it is packed into", async () => {
  const list = "x".repeat(storeLimits.policyTextBytes - JSON.stringify({ list: "" }).length);
  expect(await save({ list })).toMatchObject({ ok: true });
  expect(await save({ list: `${list}x` }, 1)).toEqual({ ok: false, code: "policy-too-large" });
  const dense = randomBytes(storeLimits.policyBytes + 100_000).toString("base64");
  expect(await save({ dense }, 1)).toEqual({ ok: false, code: "policy-too-large" });
  expect((await store.policies.since(0)).map(({ version }) => version)).toEqual([1]);
});

test("a small item that unpacks into more than a policy may be is not unpacked", async () => {
  const saved = await save({});
  if (!saved.ok) throw new Error(saved.code);
  const { pk } = saved.version.parts;
  const body = gzipSync(JSON.stringify("x".repeat(storeLimits.policyTextBytes)));
  await table.put({ pk, sk: "0000000000000000", at: 1, rev: 2, body });
  expect(await store.policies.read(saved.version)).toBeUndefined();
  expect(faults).toEqual(["policy 0000000000000001"]);
});

test("an old version that cannot be read goes in its turn", async () => {
  const sk = (version: number) => String(version).padStart(16, "0");
  await table.put({ pk: "policy", sk: sk(1), at: 1, rev: 1, body: "no JSON" });
  await table.put({ pk: "policy", sk: sk(storeLimits.policyVersions), at: 1, rev: 1, body: "no JSON" });
  await save({}, storeLimits.policyVersions);
  const left = await table.query({ index: "pk", value: "policy", limit: 5 });
  expect(left.map((item) => item.sk)).toEqual([sk(storeLimits.policyVersions), sk(storeLimits.policyVersions + 1)]);
  expect(faults).toEqual(["policy 0000000000000001"]);
});

test("the first 500 characters of a reason are kept", async () => {
  const reason = "x".repeat(storeLimits.reasonLength + 1);
  await store.policies.save({}, { by: "Ana", reason, ifVersion: 0 });
  expect((await store.policies.since(0))[0]?.reason).toBe(reason.slice(1));
});
