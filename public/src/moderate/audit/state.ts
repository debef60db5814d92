/** What the audit shows, and what can be done there. */
import type { AuditEntry } from "../wire.ts";

export interface AuditState {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
  readonly isLoading: boolean;
  /** Only what people did, not what rules did. */
  readonly peopleOnly: boolean;
  readonly search: string;
  readonly problem: string | null;
}

export interface AuditActions {
  older(): void;
  peopleOnly(is: boolean): void;
  search(text: string): void;
}

/** Is it one of those that somebody looks for? */
export function isSought(
  entry: AuditEntry,
  { peopleOnly, search }: Pick<AuditState, "peopleOnly" | "search">,
): boolean {
  if (peopleOnly && entry.by === "policy") return false;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const { by, did, subject, reason, person = "", room = "", author = "", rules = [] } = entry;
  const text = [by, did, subject, reason, person, room, author, ...rules].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
