/** The server as a program: the environment, one running product, and a clean end on SIGINT and SIGTERM. */
import { config as loadDotenv } from "dotenv";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";
import { endWithNpm } from "./end-with-npm.ts";
import { type Product, startProduct } from "./product.ts";

/** Starts the product as the environment and `.env` say, and says where it is. */
export async function runServer(): Promise<void> {
  loadDotenv({ quiet: true });
  const product = await startProduct(process.env);
  stopOnSignals(product);
  announce(product);
}

function announce({ mode, url }: Product): void {
  const backend =
    mode === "local" ? "local mode: embedded broker, no account needed" : "Ably mode: your Ably app brokers";
  process.stdout.write(`Asterism is at ${url.replace("127.0.0.1", "localhost")} (${backend})\n`);
}

function stopOnSignals(product: Product): void {
  const stop = () => {
    process.once("SIGINT", () => process.exit(130)); // a second Ctrl+C does not wait
    product.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  endWithNpm(stop);
}

await runAsCommand(import.meta.url, {
  name: "server",
  call: "node server/main.ts",
  does: "Starts the server as the environment and .env say; the page must have been built.",
  run: runServer,
});
