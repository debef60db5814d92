/** The audit: who did what, newest first. */
import type { Desk, View } from "../desk.ts";
import type { AuditPage } from "../wire.ts";
import type { AuditActions, AuditState } from "./state.ts";
import { auditView } from "./view.ts";

/** Makes the view. */
export function createAudit(desk: Desk): View {
  let state: AuditState = { entries: [], next: null, isLoading: true, peopleOnly: false, search: "", problem: null };
  const set = (change: Partial<AuditState>): void => {
    state = { ...state, ...change };
    desk.changed();
  };
  async function read(before?: string): Promise<void> {
    set({ isLoading: true });
    const answer = await desk.api.get<AuditPage>("audit", { before });
    if (!answer.ok) return void set({ isLoading: false, problem: answer.refusal.message });
    const { entries, next } = answer.value;
    set({
      entries: before === undefined ? entries : [...state.entries, ...entries],
      next,
      isLoading: false,
      problem: null,
    });
  }
  const actions: AuditActions = {
    older: () => void (state.next !== null && !state.isLoading && read(state.next)),
    peopleOnly: (peopleOnly) => set({ peopleOnly }),
    search: (search) => set({ search }),
  };
  return {
    keys: [{ key: "/", does: "search", run: () => document.querySelector<HTMLElement>("#search-audit")?.focus() }],
    open: () => void read(),
    refresh: () => void read(),
    template: () => auditView(state, actions),
  };
}
