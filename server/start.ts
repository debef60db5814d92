/** `npm start`: builds the page and starts the server. Both are loaded late, so that `--help` answers at once. */
import { runAsCommand } from "../lambda/commands/run-as-command.ts";

await runAsCommand(import.meta.url, {
  name: "start",
  does: "Builds the page and starts the server as the environment and .env say; .env.example lists what can be set.\nWithout ABLY_API_KEY everything runs in this one process, offline.",
  async run() {
    const [{ buildPage }, { runServer }] = await Promise.all([import("../public/build.ts"), import("./main.ts")]);
    await buildPage();
    await runServer();
  },
});
