/** The conformance suite of the store: what the desk, the function and the commands rely on, over each table. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { NewCase } from "../../../lambda/store/cases.ts";
import { storeLimits } from "../../../lambda/store/limits.ts";
import { OWED } from "../../../lambda/store/owed-lines.ts";
import { createStore, type Store } from "../../../lambda/store/store.ts";
import type { Table } from "../../../lambda/store/table.ts";
import type { OpenedTable, OpenTable } from "./table-conformance.ts";

const DAY_MS = 86_400_000;
const OWED_CHANGES = { index: "queue", value: OWED, limit: 10 } as const;
const START = Date.parse("2026-11-21T11:00:00Z");

/** Suites share a table; each test has a part of it. */
function partOf(table: Table): Table {
  const prefix = `${randomUUID()}/`;
  const inside = <T extends { pk: string; person?: string | undefined; queue?: string | undefined }>(item: T): T => ({
    ...item,
    pk: prefix + item.pk,
    ...(item.person !== undefined && { person: prefix + item.person }),
    ...(item.queue !== undefined && { queue: prefix + item.queue }),
  });
  const outside = <T extends { pk: string; person?: string | undefined; queue?: string | undefined }>(item: T): T => ({
    ...item,
    pk: item.pk.slice(prefix.length),
    ...(item.person !== undefined && { person: item.person.slice(prefix.length) }),
    ...(item.queue !== undefined && { queue: item.queue.slice(prefix.length) }),
  });
  return {
    async get(key) {
      const item = await table.get(inside(key));
      return item === undefined ? undefined : outside(item);
    },
    put: (item, condition) => table.put(inside(item), condition),
    putAll: (items) => table.putAll(items.map(inside)),
    remove: (keys) => table.remove(keys.map(inside)),
    query: async ({ value, after, ...query }) => {
      const found = await table.query({
        ...query,
        value: prefix + value,
        after: after === undefined ? undefined : inside(after),
      });
      return found.map(outside);
    },
  };
}

const held = (n: number, more: Partial<NewCase> = {}): NewCase => ({
  kind: "held",
  room: "lobby",
  author: "Ann.k3v9x2m4qa",
  person: "k3v9x2m4qa",
  text: `text ${n}`,
  result: `text ${n}`,
  rules: ["links"],
  at: START + n,
  message: { id: `message${n}:0`, sourceId: `s${n}`, timestamp: START + n, starred: 0 },
  ...more,
});

/** Holds the store to it, over the table that `open` opens. */
export function describeStore(name: string, open: OpenTable): void {
  describe(`the store in ${name}`, () => {
    let opened: OpenedTable;
    let table: Table;
    let store: Store;
    let now: number;
    let faults: string[];

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      now = START;
      faults = [];
      table = partOf(opened.table);
      store = another();
    });

    /** As another container sees it. */
    const another = () => createStore({ table, now: () => now, onFault: ({ pk, sk }) => faults.push(`${pk} ${sk}`) });
    const author = (ifVersion: number, by = "Ana") => ({ by, reason: "", ifVersion });
    const ban = (person: string, until?: number) =>
      store.sanctions.add({ kind: "ban", person, until, reason: "spam", by: "Ana" });
    const lift = (person: string) => store.sanctions.add({ kind: "lift", person, reason: "", by: "Ana" });

    describe("policies", () => {
      test("are versions, newest first, each with its document", async () => {
        expect(await store.policies.since(0)).toEqual([]);
        await store.policies.save({ rules: ["one"] }, author(0));
        const saved = await store.policies.save({ rules: ["two"] }, { by: "Bo", reason: "why", ifVersion: 1 });
        expect(saved).toMatchObject({
          ok: true,
          version: { version: 2, savedBy: "Bo", savedAt: START, reason: "why" },
        });
        const [newest, oldest, ...more] = await another().policies.since(0);
        expect(more).toEqual([]);
        expect(newest && (await store.policies.read(newest))).toEqual({ rules: ["two"] });
        expect(oldest && (await store.policies.read(oldest))).toEqual({ rules: ["one"] });
        expect(await store.policies.since(2)).toEqual([]);
      });

      test("are saved by one of two who save at once, and the other learns it", async () => {
        const saves = ["Ana", "Bo"].map((by) => another().policies.save({ by }, author(0, by)));
        const results = await Promise.all(saves);
        expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
        expect(results.find(({ ok }) => !ok)).toEqual({ ok: false, code: "version-conflict", version: 1 });
        const [version] = await store.policies.since(0);
        expect(version && (await store.policies.read(version))).toEqual({ by: version?.savedBy });
      });

      test("are not saved over a version that nobody made", async () => {
        expect(await store.policies.save({}, author(5))).toEqual({ ok: false, code: "version-conflict", version: 0 });
        expect(await store.policies.since(0)).toEqual([]);
      });

      test("hold a list of 100,000 entries in parts", async () => {
        const list = Array.from({ length: 100_000 }, (_, n) => `${n.toString(36)}${(n * 7_919_317) % 1_000_003}entry`);
        expect(await store.policies.save({ list }, author(0))).toMatchObject({ ok: true });
        const [version] = await store.policies.since(0);
        expect(version?.parts.count).toBeGreaterThan(1);
        expect(version && (await store.policies.read(version))).toEqual({ list });
      });

      test("are found by their number", async () => {
        await store.policies.save({ n: 1 }, author(0));
        await store.policies.save({ n: 2 }, author(1));
        const first = await store.policies.get(1);
        expect(first && (await store.policies.read(first))).toEqual({ n: 1 });
        expect(await store.policies.get(3)).toBeUndefined();
      });

      test("are refused when they are larger than the limit", async () => {
        const list = "x".repeat(storeLimits.policyTextBytes);
        expect(await store.policies.save({ list }, author(0))).toEqual({ ok: false, code: "policy-too-large" });
      });

      test("with a missing or broken part are a fault and no document", async () => {
        await store.policies.save({ rules: [] }, author(0));
        const [version] = await store.policies.since(0);
        if (version === undefined) throw new Error("there is no version");
        const [part] = await table.query({ index: "pk", value: version.parts.pk, limit: 1 });
        if (part === undefined) throw new Error("there is no part");
        await table.put({ ...part, rev: 2, body: new Uint8Array([1, 2, 3]) });
        expect(await store.policies.read(version)).toBeUndefined();
        await table.remove([part]);
        expect(await store.policies.read(version)).toBeUndefined();
        expect(faults).toEqual(["policy 0000000000000001", "policy 0000000000000001"]);
      });

      test("of which the newest cannot be read still get a next version", async () => {
        await store.policies.save({ n: 1 }, author(0));
        await table.put({ pk: "policy", sk: "0000000000000002", at: START, rev: 1, body: "{" });
        expect((await store.policies.since(0)).map(({ version }) => version)).toEqual([1]);
        expect(await store.policies.save({ n: 3 }, author(2))).toMatchObject({ ok: true });
        expect(faults).toContain("policy 0000000000000002");
      });

      test("older than the last hundred are removed with their parts", async () => {
        await store.policies.save({ n: 1 }, author(0));
        const [first] = await store.policies.since(0);
        const record = { ...first, parts: { pk: "none", count: 0 } };
        const versions = Array.from({ length: storeLimits.policyVersions - 1 }, (_, n) => ({
          pk: "policy",
          sk: String(n + 2).padStart(16, "0"),
          at: START,
          rev: 1,
          body: JSON.stringify({ ...record, version: n + 2 }),
        }));
        await table.putAll(versions);
        await store.policies.save({ n: 101 }, author(100));
        await store.policies.save({ n: 102 }, author(101));
        const kept = (await store.policies.since(0, 200)).map(({ version }) => version);
        expect([kept.length, kept.at(-1)]).toEqual([storeLimits.policyVersions, 3]);
        expect(await table.query({ index: "pk", value: first?.parts.pk ?? "", limit: 5 })).toEqual([]);
      });
    });

    describe("sanctions", () => {
      test("have numbers without gaps, by which others read what is new", async () => {
        await ban("p1");
        await store.sanctions.add({ kind: "mute", person: "p2", until: START + 5, reason: "", by: "Bo" });
        const reader = another();
        const seen = await reader.sanctions.since(0);
        expect(seen.map(({ change, kind, person }) => [change, kind, person])).toEqual([
          [1, "ban", "p1"],
          [2, "mute", "p2"],
        ]);
        await lift("p1");
        expect(await reader.sanctions.since(2)).toMatchObject([{ change: 3, kind: "lift", person: "p1" }]);
        expect(await reader.sanctions.since(3)).toEqual([]);
      });

      test("of many writers at once are all there, each under its own number", async () => {
        const people = Array.from({ length: 12 }, (_, n) => `p${n}`);
        await Promise.all(
          people.map((person) => another().sanctions.add({ kind: "ban", person, reason: "", by: "Ana" })),
        );
        const changes = await store.sanctions.since(0);
        expect(changes.map(({ change }) => change)).toEqual(people.map((_, n) => n + 1));
        expect(changes.map(({ person }) => person).sort()).toEqual([...people].sort());
      });

      test("are in force until they end, are lifted or replaced", async () => {
        await ban("p1", START + 1_000);
        expect(await store.sanctions.of("p1")).toMatchObject({ kind: "ban", until: START + 1_000, reason: "spam" });
        await store.sanctions.add({ kind: "mute", person: "p1", reason: "", by: "Bo" });
        expect(await store.sanctions.of("p1")).toMatchObject({ kind: "mute", by: "Bo" });
        await lift("p1");
        expect(await store.sanctions.of("p1")).toBeUndefined();
        await ban("p1", START + 1_000);
        now += 1_000;
        expect(await store.sanctions.of("p1")).toBeUndefined();
        expect(await lift("p1")).toEqual({ ok: false, code: "not-sanctioned" });
      });

      test("of writers whose clocks differ count in the order in which they were written", async () => {
        const slow = createStore({ table, now: () => now - 3_600_000, onFault: () => undefined });
        await ban("p1");
        await slow.sanctions.add({ kind: "lift", person: "p1", reason: "", by: "Bo" });
        expect(await store.sanctions.of("p1")).toBeUndefined();
        await slow.sanctions.add({ kind: "mute", person: "p1", reason: "", by: "Bo" });
        expect(await store.sanctions.of("p1")).toMatchObject({ kind: "mute" });
      });

      test("that are in force are listed, the newest first", async () => {
        await ban("ended", START + 1_000);
        await ban("p1");
        await store.sanctions.add({ kind: "exempt", person: "m", reason: "", by: "Ana" });
        await ban("lifted");
        await lift("lifted");
        await store.sanctions.add({ kind: "mute", person: "p2", reason: "", by: "Ana" });
        now += 1_000;
        expect((await store.sanctions.active()).map(({ person }) => person)).toEqual(["p2", "p1"]);
      });

      test("know moderators, who are under none", async () => {
        const exempt = { kind: "exempt", person: "m", reason: "", by: "Ana" } as const;
        await store.sanctions.add(exempt);
        expect(await store.sanctions.of("m")).toBeUndefined();
        now += 3 * DAY_MS;
        await ban("p1");
        expect((await store.sanctions.since(0)).map(({ kind }) => kind)).toEqual(["exempt", "ban"]);
        expect(await lift("m")).toMatchObject({ ok: true });
      });

      test("stay right for readers old and new after writers tidied up", async () => {
        await ban("for-good");
        await ban("lifted");
        await lift("lifted");
        await ban("ended", START + 1_000);
        const early = await another().sanctions.since(0);
        now += 3 * DAY_MS;
        for (let n = 0; n < 5; n += 1) await ban(`late${n}`, now + 1_000);
        for (const reader of [[...early, ...(await store.sanctions.since(4))], await store.sanctions.since(0)]) {
          const last = new Map(reader.map((change) => [change.person, change.kind]));
          expect(last.get("for-good")).toBe("ban");
          expect(["lift", undefined]).toContain(last.get("lifted"));
        }
        const people = (await store.sanctions.since(0)).map(({ person }) => person);
        expect(people).not.toContain("ended");
        expect(people).not.toContain("lifted");
      });

      test("keep rising numbers when the newest has ended long ago", async () => {
        await ban("p1", START + 1_000);
        await ban("p2", START + 1_000);
        now += 30 * DAY_MS;
        expect(await ban("p3")).toMatchObject({ ok: true, change: { change: 3 } });
        expect((await store.sanctions.since(0)).map(({ person }) => person)).toEqual(["p3"]);
      });

      test("that cannot be read are a fault, keep their number and take nothing with them", async () => {
        await ban("p1");
        await table.put({ pk: "sanctions", sk: "0000000000000002", at: START, rev: 1, body: '{"kind":"exile"}' });
        expect(await ban("p3")).toMatchObject({ ok: true, change: { change: 3 } });
        expect(await store.sanctions.of("p1")).toMatchObject({ kind: "ban" });
        expect(faults).toContain("sanctions 0000000000000002");
      });

      test("of more people than the limit are refused until one ends", async () => {
        const changes = Array.from({ length: storeLimits.activeSanctions }, (_, n) => ({
          pk: "sanctions",
          sk: String(n + 1).padStart(16, "0"),
          at: START,
          rev: 1,
          body: JSON.stringify({ kind: "ban", person: `p${n}`, reason: "", by: "", at: START }),
        }));
        const full: Table = {
          ...table,
          query: async (query) => changes.filter(({ sk }) => sk > (query.after?.sk ?? "")),
        };
        const crowded = createStore({ table: full, now: () => now, onFault: () => undefined });
        const add = (person: string) => crowded.sanctions.add({ kind: "mute", person, reason: "", by: "Ana" });
        expect(await add("new")).toEqual({ ok: false, code: "too-many-sanctions" });
        expect(await add("p7")).toMatchObject({ ok: true });
      });
    });

    describe("cases", () => {
      const decision = { outcome: "approved", by: "Ana", reason: "fine" } as const;

      test("open once for a message and kind", async () => {
        const { case: opened, isNew } = await store.cases.open(held(1));
        expect([isNew, opened.id, opened.state]).toEqual([true, "held-message1", "open"]);
        expect(await another().cases.open(held(1, { text: "other" }))).toEqual({ case: opened, isNew: false });
        expect((await store.cases.open(held(1, { kind: "flagged" }))).isNew).toBe(true);
        const odd = held(1, { message: { ...held(1).message, id: "m:01:0" } });
        expect((await store.cases.open(odd)).case.id).toBe("held-m:01");
        expect(await store.cases.get("held-message1")).toEqual(opened);
        expect(await store.cases.get("held-message2")).toBeUndefined();
      });

      test("are decided once: the second learns by whom", async () => {
        const { id } = (await store.cases.open(held(1))).case;
        const both = await Promise.all(
          ["Ana", "Bo"].map((by) =>
            another().cases.decide(id, { outcome: by === "Ana" ? "approved" : "denied", by, reason: "" }),
          ),
        );
        const winner = both.find(({ ok }) => ok);
        const loser = both.find(({ ok }) => !ok);
        expect(winner).toMatchObject({ ok: true, case: { state: "closed", decidedAt: START } });
        expect(loser).toMatchObject({ ok: false, code: "already-decided" });
        expect(loser && "case" in loser && loser.case).toEqual(winner && "case" in winner && winner.case);
        expect(await store.cases.decide("held-nothing", decision)).toEqual({ ok: false, code: "unknown-case" });
      });

      test("that are decided wait in a queue of their own until everything is done that follows", async () => {
        const { id } = (await store.cases.open(held(1))).case;
        const listed = async (state: "open" | "unfinished" | "closed") =>
          (await store.cases.list({ state })).cases.map((found) => found.id);
        expect([await listed("open"), await listed("unfinished"), await listed("closed")]).toEqual([[id], [], []]);
        await store.cases.decide(id, decision);
        expect([await listed("open"), await listed("unfinished"), await listed("closed")]).toEqual([[], [id], []]);
        await store.cases.finished(id);
        expect([await listed("open"), await listed("unfinished"), await listed("closed")]).toEqual([[], [], [id]]);
      });

      test("are listed newest last, by kind, page by page", async () => {
        for (let n = 1; n <= 7; n += 1) await store.cases.open(held(n, { kind: n === 4 ? "flagged" : "held" }));
        const query = { state: "open", kind: "held", limit: 3 } as const;
        const texts = (page: { cases: readonly { text: string }[] }) => page.cases.map(({ text }) => text);
        const newest = await store.cases.list(query);
        expect(texts(newest)).toEqual(["text 5", "text 6", "text 7"]);
        const older = await store.cases.list({ ...query, before: newest.next ?? "" });
        expect(texts(older)).toEqual(["text 1", "text 2", "text 3"]);
        const oldest = await store.cases.list({ ...query, before: older.next ?? "" });
        expect([texts(oldest), oldest.next]).toEqual([[], null]);
        expect(texts(await store.cases.list({ state: "open", kind: "flagged" }))).toEqual(["text 4"]);
      });

      test("about a person are found among everything that is kept of that person, newest first", async () => {
        const person = "k3v9x2m4qa";
        for (let n = 1; n <= 3; n += 1) await store.cases.open(held(n));
        await store.cases.open(held(4, { person: "somebody01" }));
        const entry = (n: number) => ({
          at: START + n,
          by: "policy",
          did: "block",
          subject: `s${n}`,
          reason: "",
          person,
        });
        await store.audit.add(Array.from({ length: storeLimits.page + 20 }, (_, n) => entry(n + 10)));
        expect((await store.cases.about(person)).map(({ text }) => text)).toEqual(["text 3", "text 2", "text 1"]);
        expect((await store.cases.about(person, 2)).map(({ text }) => text)).toEqual(["text 3", "text 2"]);
        expect((await store.audit.about(person, 3)).map(({ subject }) => subject)).toEqual(["s129", "s128", "s127"]);
      });

      test("are gone with their text after thirty days", async () => {
        await store.cases.open(held(1));
        now += 30 * DAY_MS + 1;
        expect(await store.cases.get("held-message1")).toBeUndefined();
        expect((await store.cases.list({ state: "open" })).cases).toEqual([]);
      });

      test("count the report of each person once", async () => {
        const made = held(1, { kind: "reported" });
        const reported = await store.cases.report(made, { person: "r1", reason: "rude" });
        expect(reported).toMatchObject({ state: "open", reports: [{ person: "r1", reason: "rude", at: START }] });
        await store.cases.report(made, { person: "r1", reason: "rude again" });
        await Promise.all(["r2", "r3"].map((person) => another().cases.report(made, { person, reason: "" })));
        const reports = (await store.cases.get("reported-message1"))?.reports ?? [];
        expect(reports.map(({ person }) => person).sort()).toEqual(["r1", "r2", "r3"]);
        expect(reports.find(({ person }) => person === "r1")?.reason).toBe("rude");
      });

      test("count a hundred reporters, and no more by name", async () => {
        const made = held(1, { kind: "reported" });
        const by = (n: number) => ({ person: `r${n}`, reason: "" });
        for (let n = 0; n < storeLimits.reporters; n += 1) await store.cases.report(made, by(n));
        expect((await store.cases.report(made, by(storeLimits.reporters))).reports?.at(-1)?.person).toBe("r99");
        expect((await store.cases.get("reported-message1"))?.reports).toHaveLength(storeLimits.reporters);
      });

      test("keep the first 500 characters of what a person writes", async () => {
        const reason = "x".repeat(storeLimits.reasonLength + 1);
        const { id } = (await store.cases.open(held(1))).case;
        await store.cases.report(held(1), { person: "r1", reason });
        await store.cases.decide(id, { ...decision, reason });
        const found = await store.cases.get(id);
        expect([found?.reason, found?.reports?.[0]?.reason]).toEqual([reason.slice(1), reason.slice(1)]);
      });

      test("that cannot be read are a fault, are not there, and are not overwritten", async () => {
        await store.cases.open(held(1));
        const { person } = held(2);
        const corrupt = { pk: "case#held-message2", sk: "case", at: START + 9, rev: 1, body: "no JSON", queue: "open" };
        await table.put({ ...corrupt, person });
        expect((await store.cases.list({ state: "open" })).cases).toHaveLength(1);
        expect(await store.cases.about(person)).toHaveLength(1);
        expect(faults).toEqual(["case#held-message2 case", "case#held-message2 case"]);
        expect(await store.cases.get("held-message2")).toBeUndefined();
        expect(await store.cases.decide("held-message2", decision)).toEqual({ ok: false, code: "unknown-case" });
        await expect(store.cases.open(held(2))).rejects.toThrow("unable to read a case that is there");
        expect(await table.get(corrupt)).toMatchObject({ rev: 1, body: "no JSON" });
      });
    });

    describe("the audit", () => {
      const entry = (at: number, more: object = {}) => ({
        at,
        by: "Ana",
        did: "mute",
        subject: "p1",
        reason: "",
        ...more,
      });

      test("is listed newest first, page by page, over the months", async () => {
        const times = [0, 20, 40, 75].map((days) => START - days * DAY_MS);
        await store.audit.add(times.map((at) => entry(at)));
        const first = await store.audit.list({ limit: 3 });
        expect(first.entries.map(({ at }) => at)).toEqual(times.slice(0, 3));
        const second = await store.audit.list({ limit: 3, before: first.next ?? "" });
        expect([second.entries.map(({ at }) => at), second.next]).toEqual([times.slice(3), null]);
      });

      test("is listed from the newest of any clock to the last day that it is kept", async () => {
        now = Date.parse("2026-11-30T23:30:00Z");
        const times = [now + 3_600_000, now, now - 365 * DAY_MS + 1];
        await store.audit.add(times.map((at) => entry(at)));
        expect((await store.audit.list()).entries.map(({ at }) => at)).toEqual(times);
      });

      test("keeps the first 500 characters of a reason", async () => {
        const reason = "x".repeat(storeLimits.reasonLength + 1);
        await store.audit.add([entry(START, { reason })]);
        expect((await store.audit.list()).entries[0]?.reason).toBe(reason.slice(1));
      });

      test("leaves out what cannot be read, which is a fault", async () => {
        await store.audit.add([entry(START, { person: "p1" })]);
        await table.put({ pk: "audit#2026-11", sk: "x", at: START, rev: 1, body: "no JSON", person: "p1" });
        expect((await store.audit.list()).entries).toHaveLength(1);
        expect(await store.audit.about("p1")).toHaveLength(1);
        expect(faults).toEqual(["audit#2026-11 x", "audit#2026-11 x"]);
      });

      test("holds an entry once that is written twice", async () => {
        await store.audit.add([entry(START), entry(START)]);
        await store.audit.add([entry(START)]);
        expect((await store.audit.list()).entries).toHaveLength(1);
      });

      test("says what it knows about a person, and is kept for a year", async () => {
        await store.audit.add([entry(START, { person: "p1" }), entry(START + 1, { person: "p2" })]);
        expect(await store.audit.about("p1")).toMatchObject([{ person: "p1" }]);
        now += 366 * DAY_MS;
        expect(await store.audit.about("p1")).toEqual([]);
        expect((await store.audit.list()).entries).toEqual([]);
      });

      test("starts over with a cursor that is none", async () => {
        await store.audit.add([entry(START)]);
        expect((await store.audit.list({ before: "nonsense" })).entries).toHaveLength(1);
      });
    });

    describe("what changes is in the audit once", () => {
      const lines = async () =>
        (await store.audit.list()).entries.map(({ by, did, subject, reason }) => `${by} ${did} ${subject}: ${reason}`);
      /** A process whose writes of a kind go wrong from now on. */
      const broken = (more: Partial<Table>) =>
        createStore({ table: { ...table, ...more }, now: () => now, onFault: () => undefined });
      const refuse = () => Promise.reject(new Error("the table is down"));
      const never = () => new Promise<never>(() => undefined);
      const unmarked: Table["put"] = (item, condition) => (item.rev === 1 ? table.put(item, condition) : never());
      const mute = { kind: "mute", person: "p1", until: START + 60_000, reason: "shouts", by: "Ana" } as const;
      const save = [{ rules: [] }, { by: "Bo", reason: "more", ifVersion: 0 }] as const;
      const both = ["Ana mute p1: shouts, until 2026-11-21 11:01 UTC", "Bo save-policy policy 1: more"];

      test("with the change", async () => {
        await store.sanctions.add(mute);
        await store.policies.save(...save);
        expect((await lines()).sort()).toEqual(both);
        expect(await store.completeAudit()).toBe(0);
      });

      test("later, when its line could not be written", async () => {
        const failing = broken({ putAll: refuse });
        expect(await failing.sanctions.add(mute)).toMatchObject({ ok: true });
        expect(await failing.policies.save(...save)).toMatchObject({ ok: true });
        await expect(failing.completeAudit()).rejects.toThrow("the table is down");
        expect(await lines()).toEqual([]);
        expect(await another().completeAudit()).toBe(2);
        expect((await lines()).sort()).toEqual(both);
        expect(await another().completeAudit()).toBe(0);
      });

      test.each([
        ["before its line", { putAll: never }],
        ["after its line", { put: unmarked }],
      ])("later, when the process ended %s", async (_, more) => {
        const ending = broken(more);
        void ending.sanctions.add(mute);
        void ending.policies.save(...save);
        await vi.waitFor(async () => expect(await table.query(OWED_CHANGES)).toHaveLength(2));
        const swept = await Promise.all([another().completeAudit(), another().completeAudit()]);
        expect(Math.max(...swept)).toBe(2);
        expect((await lines()).sort()).toEqual(both);
        expect(await another().completeAudit()).toBe(0);
      });

      test("when others replaced and lifted it before its line was written", async () => {
        await broken({ putAll: refuse }).sanctions.add(mute);
        await lift("p1");
        await ban("p2");
        await another().completeAudit();
        expect((await lines()).sort()).toEqual([both[0], "Ana ban p2: spam", "Ana lift p1: "].sort());
      });

      test("and not for what nobody did", async () => {
        await store.sanctions.add({ kind: "exempt", person: "m", reason: "", by: "Ana" });
        await ban("p1", START + 1);
        now += 1;
        await store.forget("p1", true);
        expect(await another().completeAudit()).toBe(0);
        expect(await lines()).toEqual([]);
      });
    });

    describe("removals", () => {
      const removal = (by: string, n = 1) => ({
        room: "garden",
        channel: "chat:to-clients:garden",
        serial: `serial${n}`,
        author: "Ann.k3v9x2m4qa",
        person: "k3v9x2m4qa",
        message: { id: `message${n}:0`, sourceId: `s${n}` },
        by,
        at: START + n,
        reason: "spam",
      });

      test("are listed, oldest first, until they are over", async () => {
        await store.removals.begin(removal("Ana", 2));
        await store.removals.begin(removal("Ana", 1));
        expect(await another().removals.list()).toEqual([removal("Ana", 1), removal("Ana", 2)]);
        await store.removals.end(removal("Ana", 1));
        expect(await another().removals.list()).toEqual([removal("Ana", 2)]);
        await store.removals.begin(removal("Bo", 1));
        expect(await another().removals.list()).toEqual([removal("Bo", 1), removal("Ana", 2)]);
      });

      test("of one message at once are the first one's", async () => {
        const begun = await Promise.all(["Ana", "Bo"].map((by) => another().removals.begin(removal(by))));
        expect(begun[0]).toEqual(begun[1]);
        expect(await store.removals.list()).toEqual([begun[0]]);
      });

      test("are over after thirty days, and when their author is forgotten", async () => {
        await store.removals.begin(removal("Ana", 1));
        expect(await store.forget("k3v9x2m4qa")).toBe(1);
        expect(await store.removals.list()).toEqual([]);
        await store.removals.begin(removal("Ana", 2));
        now += 31 * DAY_MS;
        expect(await store.removals.list()).toEqual([]);
      });
    });

    describe("forgetting a person", () => {
      const everything = async () =>
        JSON.stringify([await store.sanctions.since(0), (await store.audit.list()).entries]);

      beforeEach(async () => {
        for (let n = 1; n <= 3; n += 1) await store.cases.open(held(n));
        const about = { person: "k3v9x2m4qa", author: "Ann.k3v9x2m4qa", subject: "k3v9x2m4qa" };
        await store.audit.add([{ at: START, by: "Ana", did: "mute", reason: "shouts", ...about }]);
      });

      test("removes cases, audit and ended sanctions, and gives back how much that was", async () => {
        await ban("k3v9x2m4qa", START + 1_000);
        now += 1_000;
        // three cases, the mute's line and the ban's
        expect(await store.forget("k3v9x2m4qa")).toBe(5);
        expect(await everything()).not.toContain("k3v9x2m4qa");
        expect(await store.cases.get("held-message1")).toBeUndefined();
        expect(await ban("p2")).toMatchObject({ ok: true, change: { change: 3 } });
      });

      test("leaves a sanction in force, unless it is to go too", async () => {
        await ban("k3v9x2m4qa");
        await store.forget("k3v9x2m4qa");
        expect(await store.sanctions.of("k3v9x2m4qa")).toMatchObject({ kind: "ban" });
        await store.forget("k3v9x2m4qa", true);
        expect(await store.sanctions.of("k3v9x2m4qa")).toBeUndefined();
        expect(await everything()).not.toContain("spam");
      });
    });
  });
}
