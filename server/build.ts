/** `npm run build`: the page, the function, and the engine and the broker as packages of their own. */
import { spawnSync } from "node:child_process";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";
import { buildFunction, FUNCTION_FOLDER } from "../lambda/deploy/build.ts";
import { buildPage } from "../public/build.ts";

await runAsCommand(import.meta.url, {
  name: "build",
  does: "Builds the page into public/build, the function into dist/lambda and dist/lambda.zip,\nand the engine and the broker as packages of their own into the dist folder of each.",
  async run() {
    await buildPage();
    const bytes = await buildFunction(FUNCTION_FOLDER);
    process.stdout.write(`public/build, dist/lambda/handler.mjs ${Math.round(bytes / 1024)} KB, dist/lambda.zip\n`);
    const npm = ["run", "--silent", "build", "--workspaces"];
    return spawnSync("npm", npm, { stdio: "inherit", shell: process.platform === "win32" }).status ?? 1;
  },
});
