/** `npm run check`: everything that must hold before a change is done, one after the other. */
import { spawnSync } from "node:child_process";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";

const STEPS = [
  ["npm", "run", "--silent", "lint"],
  ["npm", "run", "--silent", "types"],
  ["npx", "knip"],
  ["npm", "run", "--silent", "test"],
] as const;

await runAsCommand(import.meta.url, {
  name: "check",
  does: "Runs lint, types, unused code and all tests, and stops at the first that fails.\nCI runs the same in a fresh clone: .ci/run.",
  async run() {
    for (const [program, ...args] of STEPS) {
      const { status } = spawnSync(program, args, { stdio: "inherit", shell: process.platform === "win32" });
      if (status !== 0) return status ?? 1;
    }
    return 0;
  },
});
