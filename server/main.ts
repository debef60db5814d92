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

/** How soon a server that `npm start` left behind notices. */
const PARENT_CHECK_MS = 500;

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
  if (process.env.npm_lifecycle_event !== undefined) onParentGone(stop);
}

/** A signal to npm ends its shell, which passes nothing on: whoever npm started watches for that. */
function onParentGone(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
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
