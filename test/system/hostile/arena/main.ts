/** `npm run arena`: honest people beside each attacker in turn, and one table of what they felt. */
import { runAsCommand, UsageError } from "../../../../lambda/commands/run-as-command.ts";
import { ATTACKS } from "./attacks.ts";
import { fight, type Round, stopWhilePeopleTalk } from "./round.ts";
import { brokenIn, formatRounds } from "./table.ts";

await runAsCommand(import.meta.url, {
  name: "arena",
  does: "Lets honest people talk beside each attacker in turn, in a fresh product of its own, and prints one table:\nhow long they waited with and without the attacker, what was lost, and who was left without a word.",
  options: {
    seconds: { type: "string", default: "20", value: "N", says: "how long each of both takes; 20 by default" },
    only: { type: "string", default: "", value: "TEXT", says: "only attacks whose name has this in it" },
  },
  async run({ seconds, only }) {
    if (!/^\d{1,3}$/.test(seconds)) throw new UsageError(`--seconds takes a number, not ${JSON.stringify(seconds)}.`);
    const attacks = ATTACKS.filter(({ name }) => name.includes(only));
    if (attacks.length === 0) throw new UsageError(`There is no attack with ${JSON.stringify(only)} in its name.`);
    const rounds: Round[] = [];
    for (const attack of attacks) {
      process.stderr.write(`${attack.name}\n`);
      rounds.push(await fight(attack, { ms: Number(seconds) * 1_000, compares: true }));
    }
    if (only === "") rounds.push(await stopWhilePeopleTalk(10));
    process.stdout.write(formatRounds(rounds));
    const broken = rounds.flatMap((round) => brokenIn(round, true).map((what) => `${round.attack}: ${what}`));
    process.stdout.write(broken.length === 0 ? "\nall is well\n" : `\nBROKEN\n${broken.join("\n")}\n`);
    // the SDK keeps a timer or two
    process.exit(broken.length === 0 ? 0 : 1);
  },
});
