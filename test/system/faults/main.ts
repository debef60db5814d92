/** `npm run faults -- [--seed N] [--messages N]`: the fault run, each figure on a line; fails when one is not 0. */
import { parseArgs } from "node:util";
import { runKills } from "./kills.ts";
import { runFaults } from "./run.ts";
import { runToxics } from "./sockets.ts";
import { sweepKills } from "./sweep.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, messages: { type: "string", default: "10000" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const line = (name: string, value: unknown) => process.stdout.write(`${name.padEnd(18)} ${value}\n`);
const broken: string[] = [];
const mustBe0 = (name: string, value: number) => {
  if (value !== 0) broken.push(name);
  line(name, value);
};

line("seed", seed);
for (const mode of ["batch", "single"] as const) {
  process.stdout.write(`\neverything fails, in virtual time, ${mode} mode\n`);
  const startedAt = Date.now();
  const { tried, ...figures } = await runFaults({ seed, messages: Number(values.messages), mode });
  for (const [name, value] of Object.entries(tried)) line(name, value);
  line("seconds", (Date.now() - startedAt) / 1_000);
  process.stdout.write("must be 0:\n");
  for (const [name, value] of Object.entries(figures)) mustBe0(name, value);
}

process.stdout.write("\nkilled at every await, repeated after 1.4 s and after 151 s\n");
for (const afterMs of [1_414, 151_000]) {
  const { points, lost, shownTwice } = await sweepKills(afterMs);
  line("await points", points);
  mustBe0("lost", lost);
  mustBe0("shownTwice", shownTwice);
}

process.stdout.write("\nevery toxic at every stage, on real sockets\n");
for (const { kind, stage, statuses, spoilt, ...outcome } of await runToxics()) {
  const sum = Object.values(outcome).reduce((total, count) => total + count, 0);
  mustBe0(`${kind}, ${stage}`.padEnd(22), sum);
  if (spoilt === 0 || statuses.at(-1) !== 200) broken.push(`${kind}, ${stage}`);
}

process.stdout.write("\nthe real process, killed while it publishes and frozen between calls\n");
const killed = await runKills(200);
if (killed === undefined) process.stdout.write("SKIPPED: run `sh test/system/runtime/install.sh` first\n");
else {
  line("kills", killed.kills);
  line("freezes", killed.freezes);
  mustBe0("failed after freeze", killed.failedAfterFreeze);
  mustBe0("lost", killed.lost);
  mustBe0("shownTwice", killed.shownTwice);
}

process.stdout.write(broken.length === 0 ? "\nall is well\n" : `\nBROKEN: ${broken.join("; ")} (seed ${seed})\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
