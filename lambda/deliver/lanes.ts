/**
 * Lanes: what one author said in one room, in the order in which it came. Lanes are worked on side by side, and fairly: the
 * rooms take turns, in each room its lanes do, and a turn is one message. So nobody waits for what another one said.
 */
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { type Fate, isOfMessage, type MessageFate } from "./fate.ts";
import type { Patience } from "./retry.ts";

export interface Lane {
  readonly room: string;
  /** What is still to be done, in order; `place` is where it stood in the request. */
  readonly waiting: { readonly fate: MessageFate; readonly place: number }[];
}

/** Sort what came into lanes. */
export function lanesOf(fates: readonly Fate[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const [place, fate] of fates.entries()) {
    if (!isOfMessage(fate)) continue;
    const { channel: room, message } = fate.entry;
    const name = `${room}\n${personOf(message.clientId ?? "")}`;
    const lane = lanes.get(name) ?? { room, waiting: [] };
    lanes.set(name, lane);
    lane.waiting.push({ fate, place });
  }
  return [...lanes.values()];
}

/**
 * Work through all lanes, never at two messages of one lane at a time. For a moment there is one worker, who takes the
 * messages as they came, so that a short conversation keeps its order; then there are many, and the lanes take turns.
 */
export async function workThrough(
  lanes: readonly Lane[],
  sleep: Patience["sleep"],
  work: (fate: MessageFate, lane: Lane) => Promise<void>,
): Promise<void> {
  const rota = new Rota(lanes);
  let next: () => Lane | undefined = () => rota.takeFirst();
  const worker = async () => {
    for (let lane = next(); lane !== undefined; lane = next()) {
      const first = lane.waiting.shift();
      if (first !== undefined) await work(first.fate, lane);
      if (lane.waiting.length > 0) rota.put(lane);
    }
  };
  const done = new AbortController();
  const alone = worker();
  void alone.then(
    () => done.abort(),
    () => done.abort(),
  );
  await sleep(limits.inOrderMs, done.signal);
  next = () => rota.take();
  await Promise.all([alone, ...Array.from({ length: Math.min(limits.parallelLanes, lanes.length) - 1 }, worker)]);
}

/** Whose turn it is. A lane that somebody works on is not in it. */
class Rota {
  /** Rooms in the order of their turns; each has the lanes of its own in theirs. */
  readonly #rooms = new Map<string, Lane[]>();

  constructor(lanes: readonly Lane[]) {
    for (const lane of lanes) this.put(lane);
  }

  /** At the end of its room's turns. */
  put(lane: Lane): void {
    const lanes = this.#rooms.get(lane.room);
    if (lanes === undefined) this.#rooms.set(lane.room, [lane]);
    else lanes.push(lane);
  }

  /** The next lane of the next room, which goes to the end of the turns. */
  take(): Lane | undefined {
    for (const [room, lanes] of this.#rooms) {
      this.#rooms.delete(room);
      const lane = lanes.shift();
      if (lanes.length > 0) this.#rooms.set(room, lanes);
      return lane;
    }
    return undefined;
  }

  /** The lane with the message that came first. */
  takeFirst(): Lane | undefined {
    let first: Lane | undefined;
    for (const lane of [...this.#rooms.values()].flat())
      if (first === undefined || placeOf(lane) < placeOf(first)) first = lane;
    const lanes = first && this.#rooms.get(first.room);
    if (first === undefined || lanes === undefined) return undefined;
    lanes.splice(lanes.indexOf(first), 1);
    if (lanes.length === 0) this.#rooms.delete(first.room);
    return first;
  }
}

const placeOf = ({ waiting }: Lane): number => waiting[0]?.place ?? Number.POSITIVE_INFINITY;
