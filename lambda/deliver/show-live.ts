/** Shows decisions to the moderators who look. One event goes out at a time; what is decided meanwhile shares the next one. */
import { DESK_LIVE } from "../channels.ts";
import type { Judged } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { type Fate, finalReason, isOfMessage, isPending, judgedOf, type MessageFate } from "./fate.ts";
import { type LiveDecision, liveEvent } from "./live.ts";
import type { Publisher } from "./publisher.ts";

/** Gives back how many events did not arrive; nothing is tried that could take longer than to `deadline`. */
export type ShowLive = (fates: readonly Fate[], deadline: number) => Promise<number>;

/** For the life of a process. */
export function createShowLive(publisher: Publisher, now: () => number): ShowLive {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly decisions: LiveDecision[]; readonly failed: Promise<number> } | undefined;
  return async (fates, deadline) => {
    const decisions = fates.filter(isOfMessage).flatMap(decisionIn).slice(0, limits.liveDecisions);
    if (decisions.length === 0) return 0;
    // one that is under way, and its own
    if (now() + 2 * limits.liveMs > deadline) return 1;
    if (waiting === undefined) {
      const all = decisions;
      const failed = last.then(async () => {
        waiting = undefined;
        return await send(all, publisher).catch(() => 1);
      });
      last = failed;
      waiting = { decisions: all, failed };
      return await failed;
    }
    const { decisions: all, failed } = waiting;
    all.push(...decisions.slice(0, limits.liveDecisions - all.length));
    return await failed;
  };
}

async function send(decisions: readonly LiveDecision[], publisher: Publisher): Promise<number> {
  const portions = inPortions(decisions).map(async (portion) => {
    const { ok } = await publisher.publish(DESK_LIVE, liveEvent("decisions", portion), limits.liveMs);
    return ok ? 0 : 1;
  });
  return (await Promise.all(portions)).reduce<number>((sum, failed) => sum + failed, 0);
}

/** As many as one message takes. */
function inPortions(decisions: readonly LiveDecision[]): LiveDecision[][] {
  const portions: LiveDecision[][] = [];
  let room = 0;
  for (const decision of decisions) {
    const bytes = Buffer.byteLength(JSON.stringify(decision));
    room -= bytes;
    const portion = portions.at(-1);
    if (portion !== undefined && room >= 0) portion.push(decision);
    else {
      portions.push([decision]);
      room = limits.liveBytes - bytes;
    }
  }
  return portions;
}

/** What was decided and will not be decided again. */
function decisionIn(fate: MessageFate): LiveDecision[] {
  const judged = judgedOf(fate);
  if (judged === undefined || isPending(fate) || fate.sending?.outcome === "duplicate") return [];
  return [{ ...shown(judged), code: finalReason(fate) }];
}

function shown({ message, room, action, text, rules }: Judged): LiveDecision {
  const { id, clientId: author, data: result, extras } = message;
  const at = Number(extras.headers["source-timestamp"]);
  return { id, at, room, author, person: personOf(author), action, text, result, rules: rules.map(({ name }) => name) };
}
