/** What is written of policies, of lines that the audit is owed and of removals: its size, its end, and what somebody else wrote. */
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

test("a version is saved, and that is a fault, when an old one cannot be removed", async () => {
  const older = { version: 1, savedBy: "Ana", savedAt: 1, reason: "", parts: { pk: "none", count: 0 } };
  const sk = (version: number) => String(version).padStart(16, "0");
  const item = { pk: "policy", at: 1, rev: 1, body: JSON.stringify(older) };
  await table.putAll([1, storeLimits.policyVersions].map((version) => ({ ...item, sk: sk(version) })));
  const broken = { ...table, remove: () => Promise.reject(new Error("the table is down")) };
  const onFault = ({ pk, sk: key }: { pk: string; sk: string }) => faults.push(`${pk} ${key}`);
  const { policies } = createStore({ table: broken, now: () => 1_000, onFault });
  const saved = await policies.save({}, { by: "Ana", reason: "", ifVersion: storeLimits.policyVersions });
  expect(saved).toMatchObject({ ok: true });
  expect(faults).toEqual([`policy ${sk(storeLimits.policyVersions + 1)}`]);
});

test("what waits for its line in the audit and cannot be read is a fault, and waits no more", async () => {
  const item = { at: 1, rev: 1, body: "no JSON", queue: "audit" };
  await table.putAll(["policy", "sanctions"].map((pk) => ({ ...item, pk, sk: "0000000000000001" })));
  expect(await store.completeAudit()).toBe(2);
  expect(await store.completeAudit()).toBe(0);
  expect((await store.audit.list()).entries).toEqual([]);
  expect(faults).toEqual(["policy 0000000000000001", "sanctions 0000000000000001"]);
});

test("what was removed before its line was written does not come back", async () => {
  const item = { pk: "policy", sk: "0000000000000001", at: 1, rev: 1, body: "no JSON", queue: "audit" };
  await table.put(item);
  const query: Table["query"] = async (asked) => {
    const found = await table.query(asked);
    await table.remove([item]);
    return found;
  };
  await createStore({ table: { ...table, query }, now: () => 1_000, onFault: () => undefined }).completeAudit();
  expect(await table.get(item)).toBeUndefined();
});

test("a removal keeps the first 500 characters of a reason; one that cannot be read is a fault and over", async () => {
  const reason = "x".repeat(storeLimits.reasonLength + 1);
  const message = { id: "m1:0", sourceId: "m1" };
  const place = {
    room: "lobby",
    channel: "chat:to-clients",
    serial: "s1",
    author: "Ann.k3v9x2m4qa",
    person: "k3v9x2m4qa",
  };
  const removal = { ...place, message, by: "Ana", at: 1, reason };
  await store.removals.begin(removal);
  await table.put({ pk: "removal#m2:0", sk: "removal", at: 2, rev: 1, body: "no JSON", queue: "removals" });
  expect(await store.removals.list()).toEqual([{ ...removal, reason: reason.slice(1) }]);
  expect(await store.removals.begin({ ...removal, message: { ...message, id: "m2:0" } })).toBeUndefined();
  expect(faults).toEqual(["removal#m2:0 removal", "removal#m2:0 removal"]);
  const gone = { ...table, put: async () => false, get: async () => undefined };
  const { removals } = createStore({ table: gone, now: () => 1_000, onFault: () => undefined });
  expect(await removals.begin(removal)).toBeUndefined();
});

test("the first 500 characters of a reason are kept", async () => {
  const reason = "x".repeat(storeLimits.reasonLength + 1);
  await store.policies.save({}, { by: "Ana", reason, ifVersion: 0 });
  expect((await store.policies.since(0))[0]?.reason).toBe(reason.slice(1));
});
