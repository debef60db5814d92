/** `npm start`: the environment, one running product, and a clean end on SIGINT and SIGTERM. */
import { config as loadDotenv } from "dotenv";
import { ConfigError } from "./config.ts";
import { type Product, startProduct } from "./product.ts";

loadDotenv({ quiet: true });

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
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: unknown): never {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${String(error)}\n`);
  process.exit(1);
}

try {
  const product = await startProduct(process.env);
  stopOnSignals(product);
  announce(product);
} catch (error) {
  fail(error);
}
