/** `npm run doctor`: proves a set-up from end to end, a line for each step; fails when one of them does. */
import { config as loadDotenv } from "dotenv";
import { examine } from "./examine.ts";
import { formatStep } from "./report.ts";

loadDotenv({ quiet: true });

const isWell = await examine({
  env: process.env,
  tell: (step) => process.stdout.write(`${formatStep(step)}\n`),
});
process.stdout.write(isWell ? "everything works\n" : "something is wrong; see above\n");
// the SDK keeps a timer or two
process.exit(isWell ? 0 : 1);
