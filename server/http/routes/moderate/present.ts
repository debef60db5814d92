/** What the desk is told, as JSON: times in ISO 8601, and nothing that it does not need. */
import type { Applied } from "../../../../lambda/decide/apply-policy.ts";
import type { PersonRecord } from "../../../../lambda/desk/people.ts";
import type { SavedPolicy } from "../../../../lambda/desk/saved-policies.ts";
import { disguisesOf } from "../../../../lambda/moderation/index.ts";
import type { Sanction } from "../../../../lambda/sanction.ts";
import type { AuditEntry } from "../../../../lambda/store/audit.ts";
import type { Case } from "../../../../lambda/store/cases.ts";
import type { PolicyVersion } from "../../../../lambda/store/policy-versions.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

/** A case without what only the publishing of it needs. */
export const caseOf = ({ message: _message, finished: _finished, at, decidedAt, reports, ...rest }: Case) => ({
  ...rest,
  at: iso(at),
  ...(decidedAt !== undefined && { decidedAt: iso(decidedAt) }),
  ...(reports !== undefined && { reports: reports.map((report) => ({ ...report, at: iso(report.at) })) }),
});

/** An entry of the audit. */
export const entryOf = ({ at, ...rest }: AuditEntry) => ({ ...rest, at: iso(at) });

/** What somebody is under; `until` is null when it is for good. */
export const sanctionOf = ({ person, kind, reason, by, at, until }: Sanction) => ({
  person,
  kind,
  reason,
  by,
  at: iso(at),
  until: until === undefined ? null : iso(until),
});

/** What is known of somebody. */
export const personOf = ({ sanction, decisions, cases, ...rest }: PersonRecord) => ({
  ...rest,
  sanction: sanction === undefined ? null : sanctionOf(sanction),
  decisions: decisions.map(entryOf),
  cases: cases.map(caseOf),
});

/** A policy and who saved it; nobody saved the one that was deployed. */
export const policyOf = ({ version, policy, savedBy, savedAt, reason }: SavedPolicy) => ({
  version,
  policy,
  savedBy: version === 0 ? null : savedBy,
  savedAt: version === 0 ? null : iso(savedAt),
  reason,
});

/** A version without its document. */
export const versionOf = ({ version, savedBy, savedAt, reason }: Omit<PolicyVersion, "parts">) => ({
  version,
  savedBy,
  savedAt: iso(savedAt),
  reason,
});

/** A rule that applies to a text, with the disguises that its hits wore. */
export const appliedTo =
  (text: string) =>
  ({ name, action, why, spans }: Applied) => ({
    name,
    action,
    ...(why !== undefined && { why }),
    spans: spans.map(({ start, end, word }) => ({
      start,
      end,
      ...(word !== undefined && { word, undone: disguisesOf(text.slice(start, end), word) }),
    })),
  });
