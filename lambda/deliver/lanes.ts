/**
 * Lanes: what one author said in one room, in the order in which it came. Lanes are worked on side by side, and fairly: the
 * rooms take turns, in each room its lanes do, and a turn is one message. So nobody waits for what another one said.
 */
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { End } from "../sleep.ts";
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

/** What is done about a message: first it is decided, then carried out. */
export interface Work {
  decide(fate: MessageFate): Promise<void>;
  /** These were decided together and are carried out now. */
  decided(fates: readonly MessageFate[]): void;
  carryOut(fate: MessageFate, lane: Lane): Promise<void>;
}

/**
 * Work through all lanes, never at two messages of one lane at a time. For a moment there is one worker, who takes the
 * messages as they came, as many at a time as are each of another lane, so that a short conversation keeps its order; then
 * there are many, and the lanes take turns, also those that the one worker was at. What is carried out in the same moment
 * goes in one request (`gather.ts`).
 */
export async function workThrough(lanes: readonly Lane[], sleep: Patience["sleep"], work: Work): Promise<void> {
  const rota = new Rota(lanes);
  const workOn = async (run: readonly Lane[]) => {
    const turns = run.flatMap((lane) => {
      const first = lane.waiting.shift();
      return first === undefined ? [] : [{ lane, fate: first.fate }];
    });
    await Promise.all(turns.map(({ fate }) => work.decide(fate)));
    work.decided(turns.map(({ fate }) => fate));
    const carriedOut = turns.map(async ({ fate, lane }) => {
      await work.carryOut(fate, lane);
      if (lane.waiting.length > 0) rota.put(lane);
    });
    await Promise.all(carriedOut);
  };
  let isInOrder = true;
  const inOrder = async () => {
    for (let run = rota.takeRun(); run.length > 0; run = isInOrder ? rota.takeRun() : []) await workOn(run);
  };
  if (lanes.length <= 1) return await inOrder();
  const done = new End();
  const first = inOrder();
  const end = () => done.come();
  void first.then(end, end);
  await sleep(limits.inOrderMs, done);
  isInOrder = false;
  const inTurns = createTurns(rota, workOn);
  // beside the run that is under way, and with its lanes when they are free again
  await Promise.all([inTurns(lanes.length), first.then(() => inTurns(lanes.length))]);
}

/** Makes a function that has workers take the lanes in turns, as many as there are lanes and `limits.parallelLanes` allows. */
function createTurns(rota: Rota, workOn: (run: readonly Lane[]) => Promise<void>): (lanes: number) => Promise<unknown> {
  let workers = 0;
  const worker = async () => {
    workers += 1;
    for (let run = rota.take(); run.length > 0; run = rota.take()) await workOn(run);
    workers -= 1;
  };
  return (lanes) => Promise.all(Array.from({ length: Math.min(limits.parallelLanes - workers, lanes) }, worker));
}

/** Whose turn it is. A lane that somebody works on is not in it. */
class Rota {
  /** Rooms in the order of their turns; each has the lanes of its own in theirs. */
  readonly #rooms = new Map<string, Lane[]>();
  /** The lane of each message by the message's place, from the first that nobody has worked on. */
  readonly #places: Lane[] = [];
  #first = 0;

  constructor(lanes: readonly Lane[]) {
    for (const lane of lanes) {
      this.put(lane);
      for (const { place } of lane.waiting) this.#places[place] = lane;
    }
  }

  /** Puts a lane at the end of its room's turns. */
  put(lane: Lane): void {
    const lanes = this.#rooms.get(lane.room);
    if (lanes === undefined) this.#rooms.set(lane.room, [lane]);
    else lanes.push(lane);
  }

  /** The next lane of the next room, which goes to the end of the turns. */
  take(): readonly Lane[] {
    for (const [room, lanes] of this.#rooms) {
      this.#rooms.delete(room);
      const lane = lanes.shift();
      if (lanes.length > 0) this.#rooms.set(room, lanes);
      return lane === undefined ? [] : [lane];
    }
    return [];
  }

  /** The lanes of the messages that came first, in their order, up to the second of one lane. */
  takeRun(): readonly Lane[] {
    const run = new Set<Lane>();
    for (; this.#first < this.#places.length && run.size < limits.requestMessages; this.#first += 1) {
      const lane = this.#places[this.#first];
      if (lane === undefined) continue; // the entry at this place is no message of a lane
      if (run.has(lane)) break;
      run.add(lane);
    }
    for (const [room, lanes] of this.#rooms) {
      const others = lanes.filter((lane) => !run.has(lane));
      if (others.length > 0) this.#rooms.set(room, others);
      else this.#rooms.delete(room);
    }
    return [...run];
  }
}
