/** Does what earlier processes of the desk, or failing writes, left undone; all of it may be done twice, and by two at once. */
import { finishDecided } from "./decide-case.ts";
import type { DeskDeps } from "./desk.ts";
import { finishRemovals } from "./remove-message.ts";

/** Finish what was decided, what is being removed and what the audit lacks; gives back how much was done. */
export async function sweepDesk(deps: DeskDeps): Promise<number> {
  const parts = [finishDecided(deps), finishRemovals(deps), deps.store.completeAudit()];
  const done = await Promise.allSettled(parts);
  if (done.some(({ status }) => status === "rejected")) deps.onFault("what is left to do was not looked for");
  return done.reduce((sum, part) => sum + (part.status === "fulfilled" ? part.value : 0), 0);
}
