/** Where policy, sanctions, cases and audit live: one table, behind one interface. */
import { type AuditTrail, openAudit } from "./audit.ts";
import { type Cases, openCases } from "./cases.ts";
import { storeLimits } from "./limits.ts";
import { openOwedLines } from "./owed-lines.ts";
import { lineOfVersion, openPolicyVersions, type PolicyVersions } from "./policy-versions.ts";
import type { OnFault } from "./record.ts";
import { openRemovals, type Removals } from "./removals.ts";
import { lineOfSanction, openSanctionLog, type SanctionLog } from "./sanctions.ts";
import { type Table, withoutExpired } from "./table.ts";

/** Every method rejects with an error when the table cannot be reached; what a person may be told is a value. */
export interface Store {
  /** A version that is saved has its line in the audit, at the latest when `completeAudit` is called next. */
  readonly policies: PolicyVersions;
  /** So has a mute, a ban or a lift. */
  readonly sanctions: SanctionLog;
  readonly cases: Cases;
  readonly removals: Removals;
  readonly audit: AuditTrail;
  /** Write the lines of the audit that failed, or before which a process ended; gives back how many. */
  completeAudit(): Promise<number>;
  /**
   * Remove what is kept of a person; gives back how many items that were. A sanction in force stays, unless `all` says
   * otherwise: nobody gets out of a ban by asking to be forgotten.
   */
  forget(person: string, all?: boolean): Promise<number>;
}

export interface StoreOptions {
  readonly table: Table;
  readonly now: () => number;
  readonly onFault: OnFault;
  readonly caseMs?: number;
  readonly auditMs?: number;
}

/** Open the store in a table. */
export function createStore({ now, onFault, ...options }: StoreOptions): Store {
  const { caseMs = storeLimits.caseMs, auditMs = storeLimits.auditMs } = options;
  const table = withoutExpired(options.table, now);
  const audit = openAudit({ table, now, onFault, keepMs: auditMs });
  const lines = openOwedLines({
    table,
    audit,
    lineOf: (change) => lineOfSanction(change, onFault) ?? lineOfVersion(change, onFault),
  });
  const sanctions = openSanctionLog({ table, now, onFault, lines });
  return {
    policies: openPolicyVersions({ table, now, onFault, lines }),
    sanctions,
    cases: openCases({ table, now, onFault, keepMs: caseMs }),
    removals: openRemovals({ table, onFault, keepMs: caseMs }),
    audit,
    completeAudit: lines.payAll,
    async forget(person, all = false) {
      await sanctions.forget(person, all);
      return await forgetItems(options.table, person);
    },
  };
}

/** The index is a moment late, so what was removed may be found again. */
async function forgetItems(table: Table, person: string): Promise<number> {
  const removed = new Set<string>();
  for (let pages = 0; pages < storeLimits.pages; pages += 1) {
    const items = await table.query({ index: "person", value: person, limit: storeLimits.page });
    const fresh = items.filter(({ pk, sk }) => !removed.has(`${pk}\n${sk}`));
    if (fresh.length === 0) break;
    await table.remove(fresh);
    for (const { pk, sk } of fresh) removed.add(`${pk}\n${sk}`);
  }
  return removed.size;
}
