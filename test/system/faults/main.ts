/** `npm run faults`: the fault run, each figure on a line; fails when one that must be 0 is not. */
import { runAsCommand, UsageError } from "../../../lambda/commands/run-as-command.ts";
import { FLOODS, P99_TIMES, runFlood } from "./flood.ts";
import { runKills } from "./kills.ts";
import { runPolicyFaults } from "./policy/run.ts";
import { runRestarts } from "./restarts/run.ts";
import { runFaults } from "./run.ts";
import { runToxics } from "./sockets.ts";
import { sweepKills } from "./sweep.ts";

const FREEZES = 200;

const title = (text: string) => process.stdout.write(`\n${text}\n`);
const line = (name: string, value: unknown) => process.stdout.write(`${name.padEnd(18)} ${value}\n`);

/** Prints figures and remembers those that are not 0. */
class Books {
  readonly broken: string[] = [];

  mustBe0(name: string, value: number): void {
    if (value !== 0) this.broken.push(name.trim());
    line(name, value);
  }
}

async function everythingFails(books: Books, run: { seed: number; messages: number }): Promise<void> {
  for (const mode of ["batch", "single", "both"] as const) {
    title(`everything fails, in virtual time, ${mode} mode`);
    const startedAt = Date.now();
    const { tried, ...figures } = await runFaults({ ...run, mode });
    for (const [name, value] of Object.entries(tried)) line(name, value);
    line("seconds", (Date.now() - startedAt) / 1_000);
    process.stdout.write("must be 0:\n");
    for (const [name, value] of Object.entries(figures)) books.mustBe0(name, value);
  }
}

async function policyAndStore(books: Books, run: { seed: number; messages: number }): Promise<void> {
  title(
    "rules of every action, everything that is done at the desk, a store and an Ably on which one call in twenty fails, in virtual time",
  );
  const { tried, ...figures } = await runPolicyFaults(run);
  for (const [name, value] of Object.entries(tried)) line(name, value);
  process.stdout.write("must be 0:\n");
  for (const [name, value] of Object.entries(figures)) books.mustBe0(name, value);
}

async function killedAtEveryAwait(books: Books): Promise<void> {
  title("killed at every await, repeated after 1.4 s and after 151 s");
  for (const afterMs of [1_414, 151_000]) {
    const { points, lost, shownTwice } = await sweepKills(afterMs);
    line("await points", points);
    books.mustBe0("lost", lost);
    books.mustBe0("shownTwice", shownTwice);
  }
}

async function besideAFlooder(books: Books, seed: number): Promise<void> {
  title("honest people beside a flooder, 25 ms a publish, in virtual time (ms from sending to showing)");
  const cells = (...values: unknown[]) => values.map((value) => String(value).padStart(9)).join("");
  process.stdout.write(
    `${cells("a second", "at once", "p50", "beside", "p99", "beside", "times", "untold", "refused", "kept")}\n`,
  );
  for (const flood of FLOODS) {
    const { without, with: beside } = await runFlood(flood, seed);
    const times = beside.p99 / without.p99;
    const { untold, refused, quarantined } = beside;
    const waits = [without.p50, beside.p50, without.p99, beside.p99, times.toFixed(2)];
    process.stdout.write(`${cells(flood.rate, flood.each, ...waits, untold, refused, quarantined)}\n`);
    const isServed = times <= P99_TIMES && untold + refused + quarantined === 0;
    if (!isServed) books.broken.push(`flood of ${flood.rate} a second`);
  }
}

async function everyToxic(books: Books): Promise<void> {
  title("every toxic at every stage, on real sockets");
  for (const { kind, stage, statuses, spoilt, ...outcome } of await runToxics()) {
    const sum = Object.values(outcome).reduce((total, count) => total + count, 0);
    books.mustBe0(`${kind}, ${stage}`.padEnd(22), sum);
    if (spoilt === 0 || statuses.at(-1) !== 200) books.broken.push(`${kind}, ${stage}`);
  }
}

async function realProcessKilled(books: Books): Promise<void> {
  title("the real process, killed while it publishes and frozen between calls");
  const killed = await runKills(FREEZES);
  if (killed === undefined) {
    process.stdout.write("SKIPPED: run `sh test/system/runtime/install.sh` first\n");
    return;
  }
  line("kills", killed.kills);
  line("freezes", killed.freezes);
  books.mustBe0("failed after freeze", killed.failedAfterFreeze);
  books.mustBe0("lost", killed.lost);
  books.mustBe0("shownTwice", killed.shownTwice);
}

async function brokerKilled(books: Books, run: { seed: number; kills: number }): Promise<void> {
  title("the broker's process, killed at random moments under traffic");
  const show = (kills: number) => void process.stderr.write(kills % 100 === 0 ? `${kills} kills\n` : "");
  const { tried, ...figures } = await runRestarts({ ...run, show });
  for (const [name, value] of Object.entries(tried)) line(name, value);
  process.stdout.write("must be 0:\n");
  for (const [name, value] of Object.entries(figures)) books.mustBe0(name, value);
}

function numberOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

await runAsCommand(import.meta.url, {
  name: "faults",
  does: "Lets people write while everything fails that can: the publishes, the function, its process, the network.\nFails when a message was lost, doubled, leaked or left without a word.",
  options: {
    seed: { type: "string", value: "N", says: "repeats the run of this seed; random by default" },
    messages: { type: "string", default: "10000", value: "N", says: "messages written in each mode; 10000 by default" },
    restarts: {
      type: "string",
      value: "N",
      says: "kills the embedded broker so many times under traffic, and does no more",
    },
  },
  async run(values) {
    const seed = numberOf("seed", values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
    const messages = numberOf("messages", values.messages);
    const books = new Books();
    line("seed", seed);
    if (values.restarts === undefined) {
      await everythingFails(books, { seed, messages });
      await policyAndStore(books, { seed, messages });
      await killedAtEveryAwait(books);
      await besideAFlooder(books, seed);
      await everyToxic(books);
      await realProcessKilled(books);
    } else await brokerKilled(books, { seed, kills: numberOf("restarts", values.restarts) });
    const { broken } = books;
    title(broken.length === 0 ? "all is well" : `BROKEN: ${broken.join("; ")} (seed ${seed})`);
    return broken.length === 0 ? 0 : 1;
  },
});
