/**
 * The broker's process is ended with SIGKILL at random moments while people write and listen. Nothing that was
 * acknowledged may be lost or doubled, for those who read the history, who listen, and whom the rules post to.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type * as Ably from "ably";
import { Random } from "../random.ts";
import { Target } from "./target.ts";
import { type ChannelBook, Traffic } from "./traffic.ts";
import { Victim } from "./victim.ts";

const KILLS_AN_EPOCH = 10;
const LONGEST_LIFE_MS = 300;

export interface RestartsOutcome {
  readonly tried: {
    readonly kills: number;
    readonly acknowledged: number;
    /** Posted to a rule's address more than once: it may be. */
    readonly postedAgain: number;
    readonly newConnections: number;
    readonly refused: number;
  };
  /** Acknowledged, and not in the history. */
  readonly lost: number;
  /** In the history twice. */
  readonly doubled: number;
  /** Acknowledged and never heard, by a listener that was told of no gap. */
  readonly unheard: number;
  readonly heardTwice: number;
  /** Listeners that were told of a gap. */
  readonly gaps: number;
  /** Serials that did not rise. */
  readonly fallen: number;
  /** Acknowledged, and never posted by a rule. */
  readonly notPosted: number;
}

type Sums = { -readonly [Key in keyof Omit<RestartsOutcome, "tried">]: number };

export interface RestartsOptions {
  readonly seed: number;
  readonly kills: number;
  /** Takes the data away each time: to see that this would be noticed. */
  readonly forgets?: boolean;
  readonly show?: (kills: number) => void;
}

/** Kills the broker so many times. */
export async function runRestarts({ seed, kills, forgets, show }: RestartsOptions): Promise<RestartsOutcome> {
  const random = new Random(seed);
  const target = new Target(random);
  const victim = await Victim.make(await target.start());
  await victim.start();
  const traffic = new Traffic(victim.port);
  const sums: Sums = { lost: 0, doubled: 0, unheard: 0, heardTwice: 0, gaps: 0, fallen: 0, notPosted: 0 };
  let acknowledged = 0;
  let postedAgain = 0;
  try {
    for (let done = 0; done < kills; ) {
      const now = Math.min(KILLS_AN_EPOCH, kills - done);
      const books = await traffic.epoch(done, async () => {
        for (let at = 0; at < now; at++) {
          await sleep(random.between(0, LONGEST_LIFE_MS));
          await victim.kill();
          if (forgets === true) victim.forget();
          await victim.start();
        }
      });
      done += now;
      show?.(done);
      await posted(target, books);
      for (const book of books) {
        acknowledged += book.acknowledged.size;
        addTo(sums, await audit(traffic.rest, book));
      }
      for (const taken of Object.values(target.taken)) {
        postedAgain += [...taken.values()].filter((times) => times > 1).length;
        taken.clear();
      }
    }
    const { newConnections, refused } = traffic;
    return { tried: { kills, acknowledged, postedAgain, newConnections, refused }, ...sums };
  } finally {
    traffic.close();
    target.close();
    await victim.remove();
  }

  /** What the rules have not posted in time counts as never posted. */
  async function posted(to: Target, books: readonly ChannelBook[]): Promise<void> {
    const missing = () =>
      books.flatMap(({ acknowledged: all }) => [...all.keys()]).filter((text) => to.taken.batch?.has(text) !== true);
    for (let waited = 0; missing().length > 0 && waited < 200; waited++) await sleep(50);
    sums.notPosted += missing().length;
  }
}

/** What one channel's books say against its history and its listener. */
async function audit(rest: Ably.Rest, book: ChannelBook): Promise<Partial<Sums>> {
  const times = new Map<string, number>();
  let fallen = book.fallen;
  let last = "";
  for (let page = await rest.channels.get(book.name).history({ direction: "forwards", limit: 1_000 }); ; ) {
    for (const { data, name, serial = "" } of page.items) {
      if (serial <= last) fallen++;
      last = serial;
      if (name === "m") times.set(data, (times.get(data) ?? 0) + 1);
    }
    const next = page.hasNext() ? await page.next() : null;
    if (next === null) break;
    page = next;
  }
  const all = [...book.acknowledged.keys()];
  return {
    lost: all.filter((text) => !times.has(text)).length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    unheard: book.gaps > 0 ? 0 : all.filter((text) => !book.heard.has(text)).length,
    heardTwice: [...book.heard.values()].filter((count) => count > 1).length,
    gaps: book.gaps,
    fallen,
  };
}

function addTo(sums: Sums, more: Partial<Sums>): void {
  for (const key of Object.keys(more) as (keyof Sums)[]) sums[key] += more[key] ?? 0;
}
