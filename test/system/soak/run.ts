/** A soak run: a crowd at the real product for so long, one restart in the middle, and what must be true at the end. */
import { percentile, type Row } from "../../bench/table.ts";
import { Books } from "./books.ts";
import { Crowd, type Pace } from "./crowd.ts";
import type { Sabotage } from "./faulty.ts";
import { Ground } from "./ground.ts";
import { secondHalfOf } from "./memory.ts";

export interface SoakOptions extends Pace {
  readonly ms: number;
  readonly tokenTtlMs: number;
  /** How long the broker keeps a lost connection (ms). */
  readonly sessionTtlMs: number;
  /** Who missed more messages than this reads them from the history. */
  readonly resumePublishes: number;
  /** By how much memory may grow over the second half: 0.05 is 5 %. */
  readonly growth: number;
  readonly sabotage?: readonly Sabotage[];
  /** Told now and then how far it is. */
  readonly show?: (what: string) => void;
}

export interface Soaked {
  /** What was tried, each with a figure. */
  readonly tried: readonly (readonly [string, string | number])[];
  /** What must be true. */
  readonly rows: readonly Row[];
}

/** The restart comes before the second half, in which memory is compared: that half is one process. */
const RESTART_AT = 0.4;
const SAMPLES = 60;

/** Runs it. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const { ms, sabotage = [], tokenTtlMs, sessionTtlMs, resumePublishes, show = () => {} } = options;
  const books = new Books();
  const ground = await Ground.open({ tokenTtlMs, sessionTtlMs, resumePublishes, sabotage });
  try {
    const crowd = await Crowd.gather(ground.origin, options, books);
    crowd.begin();
    const live: number[] = [];
    const resident: number[] = [];
    let awayMs = 0;
    for (let step = 1; step <= SAMPLES; step += 1) {
      await new Promise((resolve) => setTimeout(resolve, ms / SAMPLES));
      if (step === Math.round(SAMPLES * RESTART_AT)) awayMs = await ground.restart();
      const sample = await ground.sample();
      live.push(sample.live);
      resident.push(sample.resident);
      show(`${step} of ${SAMPLES}: ${books.written} written, ${megabytes(sample.live)} live`);
    }
    show("waiting for what is under way");
    await crowd.end();
    const { failedCalls, errors } = await ground.sample();
    return {
      tried: [
        ...triedBy(crowd, books),
        ["calls of the function that failed", failedCalls],
        ["errors logged", errors],
        ["away for the restart, s", (awayMs / 1_000).toFixed(1)],
      ],
      rows: [...rowsOf(books), ...growthOf({ live, resident }, options.growth)],
    };
  } finally {
    await ground.close();
  }
}

function triedBy(crowd: Crowd, books: Books): [string, string | number][] {
  const seconds = (share: number) => (percentile(books.delays, share) / 1_000).toFixed(2);
  return [
    ["messages written", books.written],
    ["people who came", books.stays.length],
    ["people who left", crowd.left],
    ["token requests", crowd.tokens],
    ["sockets dropped", crowd.dropped],
    ["networks away for longer than a connection is kept", crowd.cut],
    ["histories read after a break", books.filled],
    ["gaps that a page showed", books.gaps],
    ["messages whose author pressed Retry", books.retried.size],
    ["left without a good outcome", [...new Set(books.unsettled)].join(", ") || "nothing"],
    ["own message seen after, p50 / p99, s", `${seconds(0.5)} / ${seconds(0.99)}`],
  ];
}

/** What must be 0. */
function rowsOf(books: Books): Row[] {
  const faults: [string, number][] = [
    ["messages that nobody saw", books.lost],
    ["messages that somebody missed who was there", books.holes],
    ["messages shown twice", books.doubled.size],
    ["messages out of their author's order", books.reordered],
    ["banned words seen", books.leaked],
    ["own messages without an outcome, or a bad one", books.unsettled.length],
    ["people who did not get in", books.shutOut],
  ];
  return faults.map(([measure, count]) => ({
    measure,
    ours: String(count),
    other: "0",
    ratio: count,
    target: { at: "most", ratio: 0 },
  }));
}

function growthOf(samples: { live: readonly number[]; resident: readonly number[] }, growth: number): Row[] {
  return (["live", "resident"] as const).map((what) => {
    const { begins, ends } = secondHalfOf(samples[what]);
    const row: Row = {
      measure: what === "live" ? "memory in use after collections, second half" : "memory of the process, second half",
      ours: megabytes(ends),
      other: megabytes(begins),
      ratio: ends / begins,
    };
    return what === "live" ? { ...row, target: { at: "most", ratio: 1 + growth } } : row;
  });
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
