/** The draft and what it was written on top of: read, changed, saved; what somebody else saved meanwhile is a conflict. */
import type { Shelf } from "../../common/shelf.ts";
import type { Cell } from "../cell.ts";
import type { Desk } from "../desk.ts";
import { differences, proposedChoice } from "./changes.ts";
import { type PolicyDocument, type SavedPolicy, tidied } from "./document.ts";
import { keepDraft, takeDraft } from "./draft.ts";
import type { PolicyState } from "./state.ts";

export interface Drafting {
  isChanged(): boolean;
  /** Reads what is in force. */
  read(): Promise<void>;
  /** Goes on from a saved policy. */
  startFrom(saved: SavedPolicy, draft?: PolicyDocument): void;
  edit(draft: PolicyDocument): void;
  /** The draft as JSON; what is none yet is kept as it is written. */
  write(json: string): void;
  reset(): void;
  save(): Promise<void>;
}

interface DraftingDeps {
  /** Where the draft outlives a reload. */
  readonly shelf: Shelf;
  /** Runs after each change of the draft. */
  check(): void;
}

const NOT_A_POLICY: Partial<PolicyState> = {
  problems: [{ path: "", message: "This is not a policy in JSON yet." }],
  tried: null,
};

/** Makes the draft of a desk. */
export function createDrafting(desk: Desk, cell: Cell<PolicyState>, { shelf, check }: DraftingDeps): Drafting {
  const { state, set } = cell;
  const isChanged = (): boolean => state().base !== null && state().draft !== state().base?.policy;

  function startFrom(saved: SavedPolicy, draft: PolicyDocument = saved.policy): void {
    set({ base: saved, draft, json: null, conflict: null, isSaving: false, backtest: null });
    keepDraft(shelf, isChanged() ? { base: saved, draft } : null);
    check();
  }

  function edit(draft: PolicyDocument): void {
    const { base } = state();
    if (base === null) return;
    set({ draft, backtest: null, isSaving: false, json: null });
    keepDraft(shelf, { base, draft });
    check();
  }

  /** A draft that was written on top of something else becomes a conflict. */
  async function read(): Promise<void> {
    const answer = await desk.api.get<SavedPolicy>("policy");
    if (!answer.ok) return void set({ problem: answer.refusal.message });
    set({ problem: null });
    const kept = state().base === null ? takeDraft(shelf) : null;
    if (kept !== null) set(kept);
    if (state().base?.version === answer.value.version) check();
    else if (!isChanged()) startFrom(answer.value);
    else conflictWith(answer.value, cell, startFrom);
  }

  async function save(): Promise<void> {
    const { base, draft, reason } = state();
    if (base === null) return;
    const body = { policy: tidied(draft), reason: reason.trim() };
    set({ isBusy: true, problem: null });
    const answer = await desk.api.send<SavedPolicy>("PUT", "policy", { body, ifMatch: base.version });
    set({ isBusy: false });
    if (answer.ok) {
      set({ reason: "" });
      startFrom({ ...answer.value, policy: body.policy });
      desk.say("Saved. It is in force within two seconds.");
    } else if (answer.status === 412) await read();
    else set({ problem: answer.refusal.message, problems: answer.refusal.problems ?? [] });
  }

  return {
    isChanged,
    read,
    startFrom,
    edit,
    save,
    write(json) {
      const parsed = parsedPolicy(json);
      if (parsed === null) set(NOT_A_POLICY);
      else edit(parsed);
      set({ json });
    },
    reset: () => throwAway(state(), desk, { startFrom, edit }),
  };
}

/** Goes back to what is saved; the draft can be taken up again. */
function throwAway(
  { base, draft }: PolicyState,
  desk: Desk,
  { startFrom, edit }: Pick<Drafting, "startFrom" | "edit">,
): void {
  if (base === null) return;
  startFrom(base);
  desk.say("The draft is thrown away.", () => edit(draft));
}

function conflictWith(theirs: SavedPolicy, { state, set }: Cell<PolicyState>, startFrom: Drafting["startFrom"]): void {
  const { base, draft } = state();
  const found = differences(base?.policy ?? { rules: [] }, tidied(draft), theirs.policy);
  const choices = new Map(found.map((difference) => [difference, proposedChoice(difference)]));
  if (found.length === 0) startFrom(theirs);
  else set({ conflict: { theirs, choices }, isSaving: false, backtest: null });
}

/** Enough of a policy to be drawn; the server says what else is wrong with it. */
function isPolicyLike(value: unknown): value is PolicyDocument {
  const { lists = {}, rules, rooms = {} } = Object(value);
  const isOfObjects = (things: unknown[]): boolean =>
    things.every((thing) => typeof thing === "object" && thing !== null);
  const areLists = Object.values(Object(lists)).every((list) => typeof list === "string" || Array.isArray(list));
  if (!areLists || !Array.isArray(rules) || !isOfObjects(rules) || !isOfObjects(Object.values(Object(rooms))))
    return false;
  return isOfObjects(rules.map(({ when }) => when));
}

function parsedPolicy(text: string): PolicyDocument | null {
  try {
    const value = JSON.parse(text);
    return isPolicyLike(value) ? value : null;
  } catch {
    return null;
  }
}
