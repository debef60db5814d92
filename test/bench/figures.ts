/** `npm run figures`: draws the charts of the documents and writes their figures, from what the benches measured. */
import { readFile, writeFile } from "node:fs/promises";
import { runAsCommand } from "../../lambda/commands/run-as-command.ts";
import { chartsOf, svgOf } from "./charts.ts";
import { measured, passagesOf, withPassages } from "./documents.ts";

const ROOT = new URL("../../", import.meta.url);

await runAsCommand(import.meta.url, {
  name: "figures",
  does: "Draws docs/charts/, and writes the figures of the documents, from test/bench/measured/, which npm run bench -- PART --json test/bench/measured/PART.json writes.",
  async run() {
    for (const chart of chartsOf(measured)) {
      await writeFile(new URL(`docs/charts/${chart.file}`, ROOT), await svgOf(chart));
      process.stdout.write(`docs/charts/${chart.file}\n`);
    }
    const passages = passagesOf(measured);
    for (const page of new Set(passages.map((passage) => passage.page))) {
      const file = new URL(page, ROOT);
      const own = passages.filter((passage) => passage.page === page);
      await writeFile(file, withPassages(await readFile(file, "utf8"), own));
      process.stdout.write(`${page}\n`);
    }
  },
});
