/** What the desk knows of a person, and who is under a sanction. */
import { displayName, personOf } from "../person.ts";
import type { Sanction } from "../sanction.ts";
import type { AuditEntry } from "../store/audit.ts";
import type { Case } from "../store/cases.ts";
import type { Store } from "../store/store.ts";
import { isPerson } from "./sanction-person.ts";

export interface PersonRecord {
  readonly person: string;
  /** The names that this person used, the latest first. */
  readonly names: readonly string[];
  readonly sanction: Sanction | undefined;
  /** What rules and moderators decided lately, newest first. */
  readonly decisions: readonly AuditEntry[];
  readonly cases: readonly Case[];
  /** How often others reported what this person wrote. */
  readonly reports: number;
}

export type PersonOutcome =
  | { readonly ok: true; readonly record: PersonRecord }
  /** The desk knows nobody of this name. */
  | { readonly ok: false; readonly code: "unknown-person" };

/** Finds somebody by the person or by a whole client id. */
export async function personRecord(id: string, store: Store): Promise<PersonOutcome> {
  const person = personOf(id);
  if (!isPerson(person)) return { ok: false, code: "unknown-person" };
  const [sanction, decisions, cases] = await Promise.all([
    store.sanctions.of(person),
    store.audit.about(person),
    store.cases.about(person),
  ]);
  if (sanction === undefined && decisions.length === 0 && cases.length === 0)
    return { ok: false, code: "unknown-person" };
  const authors = [...decisions, ...cases].sort((a, b) => b.at - a.at).flatMap(({ author }) => author ?? []);
  const names = [...new Set(authors.map(displayName))];
  const reports = cases.reduce((sum, { reports: said = [] }) => sum + said.length, 0);
  return { ok: true, record: { person, names, sanction, decisions, cases, reports } };
}
