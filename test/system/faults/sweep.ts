/**
 * The same batch again and again, with the process dying at its first await, at its second, and so on until it lives.
 * After each death the request comes back as Ably would send it again: after a second, or only when Ably has forgotten
 * the ids of what was published.
 */
import { createModerator } from "../../../lambda/moderation/index.ts";
import { loadWords } from "../../../lambda/policy/configured-words.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../../lambda/helpers/fake-ably.ts";
import { MemoryQuarantine } from "../../lambda/helpers/memory-quarantine.ts";
import { signed } from "../../lambda/helpers/requests.ts";
import { Lambda } from "./environment.ts";

const START = 1_700_000_000_000;

export interface Swept {
  /** Await points at which the process was killed. */
  readonly points: number;
  readonly lost: number;
  readonly shownTwice: number;
}

const TEXTS = ["one", "two", "three"] as const;

/** Kill at every point; `afterMs` later the batch comes back to a new process. */
export async function sweepKills(afterMs: number): Promise<Swept> {
  let points = 0;
  let lost = 0;
  let shownTwice = 0;
  for (; ; points += 1) {
    const { died, shown, kept } = await killAt(points, afterMs);
    if (!died) return { points, lost, shownTwice };
    for (const text of TEXTS) {
      const times = shown.filter((other) => other === text).length;
      if (times === 0) lost += 1;
      if (times > 1) shownTwice += 1;
    }
    if (kept === 0) lost += 1;
  }
}

async function killAt(point: number, afterMs: number) {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  ably.failures.push({ ok: false, kind: "transient" }, "lost");
  const quarantine = new MemoryQuarantine();
  let step = 0;
  let died = false;
  const lambda = new Lambda({
    time,
    publisher: ably,
    quarantine,
    moderator: createModerator(loadWords({})),
    log: () => undefined,
    random: () => 0.5,
    dies: () => {
      if (died || step++ !== point) return false;
      died = true;
      return true;
    },
  });
  await time.run(lambda.invoke(signed(BATCH)));
  time.tick(afterMs);
  if (died) await time.run(lambda.invoke(signed(BATCH)));
  const shown = ably.delivered
    .filter(({ channel }) => channel.startsWith("chat:to-"))
    .map(({ message }) => message.data);
  return { died, shown, kept: quarantine.entries.length };
}

const message = (id: string, data: string) => ({ id, clientId: "Ada.x1y2z3", timestamp: START - 50, data });
const item = (channelId: string, messages: object[]) => ({ source: "channel.message", data: { channelId, messages } });

const BATCH = JSON.stringify({
  items: [
    item("chat:from-clients", [message("m1", "one"), message("m2", "two")]),
    item("chat:from-clients", [{ ...message("m4", "damaged"), timestamp: "soon" }]),
    item("chat:from-clients:garden", [message("m3", "three")]),
  ],
});
