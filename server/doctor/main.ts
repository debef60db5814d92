/** `npm run doctor`: proves a set-up from end to end, a line for each step; fails when one of them does. */
import { config as loadDotenv } from "dotenv";
import { runAsCommand } from "../../lambda/commands/run-as-command.ts";
import { formatStep } from "./report.ts";

await runAsCommand(import.meta.url, {
  name: "doctor",
  does: "Proves a set-up from end to end, a line for each step: the environment, the keys, the clock, and one message\nthrough every part. What fails comes with a remedy.",
  async run() {
    loadDotenv({ quiet: true });
    const { examine } = await import("./examine.ts");
    const isWell = await examine({
      env: process.env,
      tell: (step) => process.stdout.write(`${formatStep(step)}\n`),
    });
    process.stdout.write(isWell ? "everything works\n" : "something is wrong; see above\n");
    // the SDK keeps a timer or two
    process.exit(isWell ? 0 : 1);
  },
});
