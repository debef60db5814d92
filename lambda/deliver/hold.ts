/** Keeps a message for a moderator. It is stored before the request is answered; until then it is in nobody's hands. */
import type { Judged } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { End } from "../sleep.ts";
import type { Cases, NewCase } from "../store/cases.ts";
import type { Store } from "../store/store.ts";
import type { Sending } from "./publish-once.ts";
import { type Patience, retry } from "./retry.ts";

type Opened = { readonly ok: true } & Awaited<ReturnType<Cases["open"]>>;

interface Failed {
  readonly ok: false;
  readonly kind: "transient";
}

/** Store it as a case, once; a repeated request finds it there. */
export async function hold(judged: Judged, store: Store | undefined, patience: Patience): Promise<Sending> {
  if (store === undefined) return { outcome: "rejected", attempts: 0 };
  const held = await retry<Opened, Failed>(patience, async (timeoutMs) => {
    const opened = await within(timeoutMs, patience, store.cases.open(caseOf(judged, "held")));
    return opened === undefined ? { ok: false, kind: "transient" } : { ok: true, ...opened };
  });
  if (held.outcome === "untried") return { outcome: "unsent", attempts: 0 };
  if (held.outcome === "failed") return { outcome: "failed", attempts: held.attempts };
  const { isNew, case: stored } = held.answer;
  // a case that a moderator has decided is nothing to wait for
  return { outcome: isNew || stored.state === "open" ? "held" : "duplicate", attempts: held.attempts };
}

/** A case about a message. */
export function caseOf({ message, room, text, starred, rules }: Judged, kind: NewCase["kind"]): NewCase {
  const { id, clientId: author, data: result, extras } = message;
  const timestamp = Number(extras.headers["source-timestamp"]);
  return {
    kind,
    room,
    author,
    person: personOf(author),
    text,
    result,
    rules: rules.map(({ name }) => name),
    at: timestamp,
    message: { id, sourceId: extras.headers["source-id"], timestamp, starred },
  };
}

/** What the store answers in this time; undefined when it fails or takes longer. */
export async function within<T>(
  timeoutMs: number,
  { sleep }: Pick<Patience, "sleep">,
  work: Promise<T>,
): Promise<T | undefined> {
  const done = new End();
  const late = sleep(Math.max(1, Math.min(limits.storeWriteMs, timeoutMs)), done).then(() => undefined);
  return await Promise.race([work.catch(() => undefined), late]).finally(() => done.come());
}
