/** The versions of the policy, and the documents of those that somebody looks at. */
import type { Cell } from "../cell.ts";
import type { Desk } from "../desk.ts";
import type { PolicyDocument, PolicyVersion, SavedPolicy } from "./document.ts";
import type { PolicyState } from "./state.ts";

interface Versions {
  read(): Promise<void>;
  /** Shows what a version changed. */
  look(version: number): Promise<void>;
  /** The document of a version, or null and a problem. */
  document(version: number): Promise<PolicyDocument | null>;
}

/** Makes the versions of a desk. */
export function createVersions(desk: Desk, { set }: Cell<PolicyState>): Versions {
  async function document(version: number): Promise<PolicyDocument | null> {
    const answer = await desk.api.get<SavedPolicy>(`policy/versions/${version}`);
    if (!answer.ok) set({ problem: answer.refusal.message });
    return answer.ok ? answer.value.policy : null;
  }
  return {
    document,
    async read() {
      const answer = await desk.api.get<{ versions: readonly PolicyVersion[] }>("policy/versions");
      if (answer.ok) set({ versions: answer.value.versions });
    },
    async look(version) {
      const [policy, before] = await Promise.all([document(version), document(version - 1)]);
      if (policy !== null) set({ looked: { version, policy, before: before ?? policy } });
    },
  };
}
