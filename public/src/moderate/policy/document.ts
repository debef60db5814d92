/** A policy as the desk edits it. The server says what is wrong with one; here it only has a shape. */

export interface PolicyDocument {
  readonly $schema?: string;
  readonly lists?: Readonly<Record<string, List>>;
  readonly rules: readonly Rule[];
  readonly rooms?: Readonly<Record<string, Room>>;
  readonly escalation?: readonly object[];
}

/** Entries, or the name of the file that was deployed. */
export type List = string | readonly string[];

export interface Rule {
  readonly name: string;
  readonly rooms?: readonly string[];
  readonly when: Conditions;
  readonly action: string;
  readonly tell?: string;
}

export interface Conditions {
  readonly words?: readonly string[];
  readonly links?: { readonly allow?: readonly string[] };
  readonly personal?: readonly string[];
  readonly flood?: { readonly messages: number; readonly seconds: number; readonly alike?: number };
  readonly capitals?: { readonly share: number; readonly letters: number };
  readonly service?: object;
}

export interface Room {
  readonly slowModeSeconds?: number;
  readonly locked?: boolean;
}

/** A policy and its place in the history. */
export interface SavedPolicy {
  readonly version: number;
  readonly policy: PolicyDocument;
  readonly savedBy: string | null;
  readonly savedAt: string | null;
}

export interface PolicyVersion {
  readonly version: number;
  readonly savedBy: string;
  readonly savedAt: string;
  readonly reason: string;
}

/** The policy without the empty lines that a list has while somebody types. */
export function tidied(draft: PolicyDocument): PolicyDocument {
  if (draft.lists === undefined) return draft;
  const lists = Object.entries(draft.lists).map(([name, list]) => [
    name,
    typeof list === "string" ? list : entriesOf(list),
  ]);
  return { ...draft, lists: Object.fromEntries(lists) };
}

const entriesOf = (lines: readonly string[]): string[] => lines.map((line) => line.trim()).filter(Boolean);

/** The list that takes words where every list is a file. */
const OWN_LIST = "moderators' words";

/**
 * The same policy with one more entry in a list; without a list, in one of the moderators' own, which the first rule about
 * words then uses.
 */
export function withWord(draft: PolicyDocument, word: string, list: string | undefined): PolicyDocument {
  const name = list ?? OWN_LIST;
  const known = draft.lists?.[name];
  const entries = typeof known === "object" ? entriesOf(known) : [];
  const lists = { ...draft.lists, [name]: entries.includes(word) ? entries : [...entries, word] };
  if (known !== undefined) return { ...draft, lists };
  const at = draft.rules.findIndex(({ when }) => when.words !== undefined);
  return usedBy({ ...draft, lists }, name, { at, isUsed: true });
}

interface Use {
  /** Which rule. */
  readonly at: number;
  readonly isUsed: boolean;
}

/** The same policy with a rule that uses a list, or does so no more. */
export function usedBy(draft: PolicyDocument, list: string, { at, isUsed }: Use): PolicyDocument {
  const rules = draft.rules.map((rule, index) => {
    if (index !== at) return rule;
    const others = (rule.when.words ?? []).filter((name) => name !== list);
    return { ...rule, when: { ...rule.when, words: isUsed ? [...others, list] : others } };
  });
  return { ...draft, rules };
}

/** The same policy without a list, also where rules name it. */
export function withoutList(draft: PolicyDocument, list: string): PolicyDocument {
  const { [list]: _gone, ...lists } = draft.lists ?? {};
  const rules = draft.rules.map((rule) => {
    if (rule.when.words === undefined) return rule;
    return { ...rule, when: { ...rule.when, words: rule.when.words.filter((name) => name !== list) } };
  });
  return { ...draft, lists, rules };
}

/** The lists that moderators write, in their order. */
export const ownLists = ({ lists = {} }: PolicyDocument): string[] =>
  Object.entries(lists).flatMap(([name, list]) => (typeof list === "string" ? [] : [name]));
