/**
 * Shows decisions to the moderators who look. What is published first goes out with its decision in one request, so that the
 * answer waits for no second one. One event goes out at a time; what is decided meanwhile shares the next one.
 */
import { DESK_LIVE } from "../channels.ts";
import type { Judged } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { type Fate, finalReason, isOfMessage, isPending, judgedOf, type MessageFate } from "./fate.ts";
import { type LiveDecision, liveEvent } from "./live.ts";
import type { Publisher } from "./publisher.ts";

/** Begins to show what one request comes to; nothing is tried that could take longer than to `deadline`. */
export type ShowLive = (deadline: number) => Showing;

export interface Showing {
  /** Shows the first messages of a request while they are published; not what the moderators' queue must have first. */
  along(fates: readonly MessageFate[]): void;
  /** Shows the others, and again what did not go as it was shown; gives back how many events did not arrive. */
  rest(fates: readonly Fate[]): Promise<number>;
}

/** Makes the one of a process. */
export function createShowLive(publisher: Publisher, now: () => number): ShowLive {
  const line = createLine(publisher);
  return (deadline) => {
    const shown = new Set<Fate>();
    let first: Promise<number> | undefined;
    return {
      along(fates) {
        // as long as the messages beside it may take
        const timeoutMs = Math.min(limits.attemptMs, deadline - now());
        if (first !== undefined || line.isBusy() || timeoutMs < limits.liveMs) return;
        const own = fates.filter(isPlain).slice(0, limits.liveDecisions);
        if (own.length === 0) return;
        for (const fate of own) shown.add(fate);
        first = line.add(own.flatMap(decisionIn), timeoutMs);
      },
      async rest(fates) {
        const others = fates.filter((fate) => !shown.has(fate) || finalReason(fate) !== undefined);
        const decisions = others.filter(isOfMessage).flatMap(decisionIn).slice(0, limits.liveDecisions);
        if (decisions.length === 0) return (await first) ?? 0;
        // time for the event that is under way, and for this one
        if (now() + 2 * limits.liveMs > deadline) return ((await first) ?? 0) + 1;
        const [before = 0, after] = await Promise.all([first, line.add(decisions, limits.liveMs)]);
        return before + after;
      },
    };
  };
}

/** Sends one event at a time. */
function createLine(publisher: Publisher) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly decisions: LiveDecision[]; readonly failed: Promise<number> } | undefined;
  let events = 0;
  return {
    isBusy: () => events > 0,
    /** Adds decisions to the event that waits, or to a new one; gives back how many events did not arrive. */
    add(decisions: LiveDecision[], timeoutMs: number): Promise<number> {
      if (waiting !== undefined) {
        const { decisions: all, failed } = waiting;
        all.push(...decisions.slice(0, limits.liveDecisions - all.length));
        return failed;
      }
      events += 1;
      const failed = last.then(async () => {
        waiting = undefined;
        const count = await send(decisions, publisher, timeoutMs).catch(() => 1);
        events -= 1;
        return count;
      });
      last = failed;
      waiting = { decisions, failed };
      return failed;
    },
  };
}

async function send(decisions: readonly LiveDecision[], publisher: Publisher, timeoutMs: number): Promise<number> {
  const portions = inPortions(decisions).map(async (portion) => {
    const { ok } = await publisher.publish(DESK_LIVE, liveEvent("decisions", portion), timeoutMs);
    return ok ? 0 : 1;
  });
  return (await Promise.all(portions)).reduce<number>((sum, failed) => sum + failed, 0);
}

/** Cuts decisions into portions that one message takes. */
function inPortions(decisions: readonly LiveDecision[]): (readonly LiveDecision[])[] {
  if (decisions.length === 1) return [decisions];
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

/** Is it published, with nothing in it for a moderator to look into? */
const isPlain = ({ decision }: MessageFate): boolean =>
  decision?.kind === "publish" && !decision.rules.some(({ action }) => action === "flag");

/** What was decided and, as far as is known, will not be decided again. */
function decisionIn(fate: MessageFate): LiveDecision[] {
  const judged = judgedOf(fate);
  if (judged === undefined || isPending(fate) || fate.sending?.outcome === "duplicate") return [];
  return [shown(judged, finalReason(fate))];
}

function shown({ message, room, action, text, rules }: Judged, code: LiveDecision["code"]): LiveDecision {
  const { id, clientId: author, data: result, extras } = message;
  const at = Number(extras.headers["source-timestamp"]);
  const names = rules.map(({ name }) => name);
  return { id, at, room, author, person: personOf(author), action, text, result, rules: names, code };
}
