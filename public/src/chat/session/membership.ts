/** Being somebody here: taking a name, leaving, and hearing that another tab of this browser did either. */
import type { Problem } from "../../common/language/language.ts";
import type { Shelf } from "../../common/shelf.ts";
import type { ServerApi } from "../server-api.ts";
import type { State } from "../state.ts";

/** Where the tabs of a browser tell each other who they are. */
export const IDENTITY_KEY = "asterism:identity";

export interface Membership {
  /** Answers what is wrong with the name, or null when it is ours now. */
  rename(name: string): Promise<Problem | null>;
  /** Answers what is wrong, or null when we are gone. */
  leave(): Promise<Problem | null>;
  /** Another tab of this browser changed the name or left. */
  identityChanged(id: string | null): void;
}

export interface MembershipDeps {
  readonly api: ServerApi;
  readonly shelf: Shelf;
  readonly state: () => State;
  /** Begins anew, as who we are by now. */
  readonly start: () => Promise<void>;
  /** Ends the stay on this page. */
  readonly end: () => void;
}

export function createMembership({ api, shelf, state, start, end }: MembershipDeps): Membership {
  return {
    async rename(name) {
      const answer = await api.token({ name });
      if (!answer.ok) return answer.problem;
      await start();
      return null;
    },
    async leave() {
      const answer = await api.leave();
      if (!answer.ok) return answer.problem;
      end();
      shelf.remove(IDENTITY_KEY);
      return null;
    },
    identityChanged(id) {
      const { connection, me } = state();
      if (id === null && connection.name !== "left") end();
      else if (id !== null && id !== me?.id) void start();
    },
  };
}
