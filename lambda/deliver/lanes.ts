/**
 * Lanes: what one author said in one room, in the order in which it came. Lanes are worked on side by side, and fairly: the
 * rooms take turns, in each room its lanes do, and a turn is one message. So nobody waits for what another one said.
 */
import { personOf } from "../person.ts";
import { type Fate, isOfMessage, type MessageFate } from "./fate.ts";

export interface Lane {
  readonly room: string;
  readonly person: string;
  /** What is still to be done, in order. */
  readonly waiting: MessageFate[];
}

/** Sort what came into lanes. */
export function lanesOf(fates: readonly Fate[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const fate of fates.filter(isOfMessage)) {
    const { channel: room, message } = fate.entry;
    const person = personOf(message.clientId ?? "");
    const key = `${room}\n${person}`;
    const lane = lanes.get(key) ?? { room, person, waiting: [] };
    lanes.set(key, lane);
    lane.waiting.push(fate);
  }
  return [...lanes.values()];
}

/** Work through all lanes, with at most `limit` messages at a time and never two of one lane. */
export async function workThrough(
  lanes: readonly Lane[],
  limit: number,
  work: (fate: MessageFate, lane: Lane) => Promise<void>,
): Promise<void> {
  const rota = new Rota(lanes);
  const worker = async () => {
    for (let lane = rota.take(); lane !== undefined; lane = rota.take()) {
      const fate = lane.waiting.shift();
      if (fate !== undefined) await work(fate, lane);
      if (lane.waiting.length > 0) rota.put(lane);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, lanes.length) }, worker));
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
}
