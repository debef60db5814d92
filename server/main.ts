/** The server as a program: the environment, one running product, and a clean end on SIGINT and SIGTERM. */
import { config as loadDotenv } from "dotenv";
import { runAsCommand } from "../lambda/commands/run-as-command.ts";
import { endWithNpm } from "./end-with-npm.ts";
import { createJsonLog, terminalLog } from "./log.ts";
import { type Product, startProduct } from "./product.ts";

/** Starts the product as the environment and `.env` say, and says where it is. */
export async function runServer(): Promise<void> {
  loadDotenv({ quiet: true });
  goOnWithoutReaders();
  const product = await startProduct(process.env, { log });
  stopOnSignals(product);
  announce(product);
}

/** A person reads lines; what collects logs reads JSON. */
const isTerminal = process.stdout.isTTY === true;
const log = isTerminal ? terminalLog : createJsonLog((line) => process.stdout.write(line), Date.now);

/** Goes on when whoever read the log has gone: a chat does not end for that. */
function goOnWithoutReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

function announce({ mode, url, moderatorLink }: Product): void {
  const address = url.replace("127.0.0.1", "localhost");
  const backend =
    mode === "local" ? "local mode: embedded broker, no account needed" : "Ably mode: your Ably app brokers";
  const message = `Asterism is at ${address} (${backend})`;
  const link = moderatorLink()?.replace("127.0.0.1", "localhost");
  const moderators = link === undefined ? "" : `Moderators: ${link}\n`;
  if (isTerminal) process.stdout.write(`${message}\n${moderators}`);
  else log.info("started", { message, mode, url: address, ...(link !== undefined && { moderators: link }) });
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
