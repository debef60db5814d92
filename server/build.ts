/** `npm run build`: the page, the function, the server, and the engine and the broker as packages of their own. */
import { spawnSync } from "node:child_process";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";
import { buildFunction, FUNCTION_FOLDER } from "../lambda/deploy/build.ts";
import { buildPage } from "../public/build.ts";
import { bundleServer } from "./bundle.ts";

await runAsCommand(import.meta.url, {
  name: "build",
  does: "Builds the page into public/build, the function into dist/lambda and dist/lambda.zip,\nthe server into dist/server (node dist/server/main.js),\nand the engine and the broker as packages of their own into the dist folder of each.",
  async run() {
    await buildPage();
    await bundleServer();
    const bytes = await buildFunction(FUNCTION_FOLDER);
    process.stdout.write(
      `public/build, dist/server/main.js, dist/lambda/handler.mjs ${Math.round(bytes / 1024)} KB, dist/lambda.zip\n`,
    );
    const npm = ["run", "--silent", "build", "--workspaces"];
    return spawnSync("npm", npm, { stdio: "inherit", shell: process.platform === "win32" }).status ?? 1;
  },
});
