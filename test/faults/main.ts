/** `npm run faults -- [--seed N] [--messages N]`: the fault run, each figure on a line; fails when one is not 0. */
import { parseArgs } from "node:util";
import { runFaults } from "./run.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, messages: { type: "string", default: "10000" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const startedAt = Date.now();
const { tried, ...figures } = await runFaults({ seed, messages: Number(values.messages) });
const line = (name: string, value: unknown) => process.stdout.write(`${name.padEnd(16)} ${value}\n`);
line("seed", seed);
for (const [name, value] of Object.entries(tried)) line(name, value);
process.stdout.write("must be 0:\n");
for (const [name, value] of Object.entries(figures)) line(name, value);
line("seconds", (Date.now() - startedAt) / 1_000);
process.exitCode = Object.values(figures).every((figure) => figure === 0) ? 0 : 1;
