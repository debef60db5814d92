/**
 * The versions of the policy. A version is one small item that names the parts of its document; putting that item, if it
 * is not there yet, is what makes the version: of two people who save at once, one wins. Versions have no gaps.
 */
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { AuditEntry } from "./audit.ts";
import { storeLimits } from "./limits.ts";
import { OWED, type OwedLines } from "./owed-lines.ts";
import { type OnFault, padded, readRecord } from "./record.ts";
import type { Item, Table } from "./table.ts";

const VERSIONS = "policy";

const VersionRecord = v.object({
  version: v.number(),
  savedBy: v.string(),
  savedAt: v.number(),
  reason: v.string(),
  /** Where the document lies, in this many items. */
  parts: v.object({ pk: v.string(), count: v.number() }),
});

/** A version without its document. */
export type PolicyVersion = v.InferOutput<typeof VersionRecord>;

export type PolicySaved =
  | { readonly ok: true; readonly version: PolicyVersion }
  /** Somebody else saved first; `version` is the newest one. */
  | { readonly ok: false; readonly code: "version-conflict"; readonly version: number }
  | { readonly ok: false; readonly code: "policy-too-large" };

export interface PolicyVersions {
  /** The newest versions after `version`, newest first. */
  since(version: number, limit?: number): Promise<PolicyVersion[]>;
  /** One version; undefined when there is none of this number, or none any more. */
  get(version: number): Promise<PolicyVersion | undefined>;
  /** The document of a version, as it was saved; undefined when it is gone or cannot be read. */
  read(version: PolicyVersion): Promise<unknown>;
  /** Save a document as the version after `ifVersion` (0 when there is none yet). */
  save(document: object, by: PolicyAuthor): Promise<PolicySaved>;
}

export interface PolicyAuthor {
  readonly by: string;
  readonly reason: string;
  readonly ifVersion: number;
}

export interface PolicyVersionsOptions {
  readonly table: Table;
  readonly now: () => number;
  readonly onFault: OnFault;
  /** Writes the line of each version into the audit. */
  readonly lines: Pick<OwedLines, "pay">;
}

/** Open the versions of the policy that `table` holds. */
export function openPolicyVersions({ table, now, onFault, lines }: PolicyVersionsOptions): PolicyVersions {
  const since: PolicyVersions["since"] = async (version, limit = storeLimits.page) => {
    const items = await table.query({ index: "pk", value: VERSIONS, newestFirst: true, limit });
    const versions = items.flatMap((item) => readRecord(VersionRecord, item, onFault) ?? []);
    return versions.filter((found) => found.version > version);
  };

  /** The newest version, read from its key alone, since its record may be one that cannot be read. */
  const newest = async (): Promise<number> => {
    const [item] = await table.query({ index: "pk", value: VERSIONS, newestFirst: true, limit: 1 });
    return Number(item?.sk ?? 0);
  };

  return {
    since,
    async get(version) {
      const item = await table.get({ pk: VERSIONS, sk: padded(version) });
      return item === undefined ? undefined : readRecord(VersionRecord, item, onFault);
    },
    async read({ parts, version }) {
      const document = await unpack(await table.query({ index: "pk", value: parts.pk, limit: parts.count }));
      if (document === undefined) onFault({ pk: VERSIONS, sk: padded(version) });
      return document;
    },
    async save(document, { by, reason, ifVersion }) {
      const pk = `policy-part#${randomUUID()}`;
      const parts = await pack(document, { pk, at: now() });
      if (parts === undefined) return { ok: false, code: "policy-too-large" };
      for (const part of parts) await table.put(part);
      const record: PolicyVersion = {
        version: ifVersion + 1,
        savedBy: by,
        savedAt: now(),
        reason: reason.slice(0, storeLimits.reasonLength),
        parts: { pk, count: parts.length },
      };
      const key = { pk: VERSIONS, sk: padded(record.version) };
      const item = { ...key, at: record.savedAt, rev: 1, body: JSON.stringify(record), queue: OWED };
      if ((await newest()) !== ifVersion || !(await table.put(item, "next"))) {
        await table.remove(parts);
        return { ok: false, code: "version-conflict", version: await newest() };
      }
      await lines.pay(item);
      // it is saved; what is one too many does no harm
      await forgetOld(table, record.version - storeLimits.policyVersions, onFault).catch(() => onFault(key));
      return { ok: true, version: record };
    },
  };
}

/** What the audit says of an item that is a version; undefined for any other. */
export function lineOfVersion(item: Item, onFault: OnFault): AuditEntry | undefined {
  const record = item.pk === VERSIONS ? readRecord(VersionRecord, item, onFault) : undefined;
  if (record === undefined) return undefined;
  const { savedAt: at, savedBy: by, version, reason } = record;
  return { at, by, did: "save-policy", subject: `policy ${version}`, reason };
}

/** Remove the version that became one too many; a writer that ended before this left at most one behind. */
async function forgetOld(table: Table, last: number, onFault: OnFault): Promise<void> {
  const items = await table.query({ index: "pk", value: VERSIONS, limit: 2 });
  for (const item of items.filter(({ sk }) => sk <= padded(last))) {
    const { pk, count } = readRecord(VersionRecord, item, onFault)?.parts ?? { pk: "", count: 0 };
    const parts = Array.from({ length: count }, (_, part) => ({ pk, sk: padded(part) }));
    await table.remove([...parts, item]);
  }
}

async function pack(
  document: object,
  { pk, at }: { readonly pk: string; readonly at: number },
): Promise<Item[] | undefined> {
  const text = Buffer.from(JSON.stringify(document));
  if (text.length > storeLimits.policyTextBytes) return undefined;
  const { gzipSync } = await import("node:zlib");
  const packed = gzipSync(text);
  if (packed.length > storeLimits.policyBytes) return undefined;
  const count = Math.ceil(packed.length / storeLimits.partBytes);
  return Array.from({ length: count }, (_, part) => {
    const body = packed.subarray(part * storeLimits.partBytes, (part + 1) * storeLimits.partBytes);
    return { pk, sk: padded(part), at, rev: 1, body };
  });
}

async function unpack(parts: readonly Item[]): Promise<unknown> {
  try {
    const { gunzipSync } = await import("node:zlib");
    const packed = Buffer.concat(parts.map(({ body }) => Buffer.from(body)));
    const text = gunzipSync(packed, { maxOutputLength: storeLimits.policyTextBytes });
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}
