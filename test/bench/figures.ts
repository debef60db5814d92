/** `npm run figures`: draws the charts of the documents from what the benches measured. */
import { writeFile } from "node:fs/promises";
import { runAsCommand } from "../../lambda/commands/run-as-command.ts";
import { chartsOf, measured, svgOf } from "./charts.ts";

const FOLDER = new URL("../../docs/charts/", import.meta.url);

await runAsCommand(import.meta.url, {
  name: "figures",
  does: "Draws docs/charts/ from test/bench/measured/, which npm run bench -- PART --json test/bench/measured/PART.json writes.",
  async run() {
    for (const chart of chartsOf(measured)) {
      await writeFile(new URL(chart.file, FOLDER), await svgOf(chart));
      process.stdout.write(`docs/charts/${chart.file}\n`);
    }
  },
});
