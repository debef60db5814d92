/**
 * The composition root: configuration -> broker, function and app -> a listening server. Everything that ends with the
 * process is ended by `close()`.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseFunctionConfig } from "../lambda/config.ts";
import { createHandler } from "../lambda/create-handler.ts";
import { formatDecision } from "../lambda/log.ts";
import { createModerator } from "../lambda/moderation/index.ts";
import { loadWords } from "../lambda/policy/word-list.ts";
import { type Broker, type BrokerLog, createBroker, type Limits } from "./broker/index.ts";
import { type Config, ConfigError, type EnvironmentVariables, parseConfig, withoutBlanks } from "./config.ts";
import { createApp } from "./http/app.ts";
import { createFront } from "./http/front.ts";
import type { FunctionHandler } from "./http/function-url.ts";
import { limits } from "./limits.ts";
import { localSetup } from "./local/setup.ts";
import { type Log, terminalLog } from "./log.ts";
import { createTokenIssuer } from "./tokens/issuer.ts";

/** Where local mode keeps what the function could not deliver. */
const LOCAL_QUARANTINE = "file:quarantine.jsonl";
const PAGE_FOLDER = fileURLToPath(new URL("../public/build", import.meta.url));

export interface Product {
  readonly url: string;
  readonly mode: "local" | "ably";
  /** Says goodbye to every connection and ends; safe to call twice. */
  close(): Promise<void>;
}

export interface ProductOptions {
  readonly log?: Log;
  readonly tokenTtlMs?: number;
  readonly authRequestsAMinute?: number;
  readonly pageFolder?: string;
  /** Of the embedded broker, in place of Ably's. */
  readonly limits?: Partial<Limits>;
}

/**
 * Starts the product as the environment says.
 * @throws ConfigError with one message that names what to set, or which port is taken.
 */
export async function startProduct(environment: EnvironmentVariables, options: ProductOptions = {}): Promise<Product> {
  const config = parseConfig(environment);
  const log = options.log ?? terminalLog;
  const moderator = configured(() =>
    createModerator(loadWords({ banned: environment.BANNED_WORDS, allowed: environment.ALLOWED_WORDS })),
  );
  const broker =
    config.backend.mode === "local" ? createBroker({ log: brokerLog(log), limits: options.limits ?? {} }) : undefined;
  const server = createServer();
  const url = await listen(server, config);
  try {
    const functionHandler = configured(() => createFunction(config, environment, broker, url, log));
    const app = createApp({
      config,
      log,
      issuer: createTokenIssuer(config.backend.key, options.tokenTtlMs),
      isCleanName: (name) => moderator.moderate(name).matches.length === 0,
      pageFolder: options.pageFolder ?? PAGE_FOLDER,
      ...(options.authRequestsAMinute === undefined ? {} : { authRequestsAMinute: options.authRequestsAMinute }),
    });
    server.on("request", createFront({ app, log, broker, functionHandler }));
    if (broker !== undefined) {
      server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
    }
  } catch (error) {
    await broker?.close();
    server.close();
    throw error;
  }
  return { url: url.origin, mode: config.backend.mode, close: closer(server, broker) };
}

/** Binds the port. The handlers follow in the same turn of the event loop, so no request is missed. */
async function listen(server: Server, config: Config): Promise<URL> {
  server.listen(config.port, config.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw listenProblem(error, config);
  }
  // By address, not by name: the SDK takes a name without a dot for one of Ably's own hosts.
  const { port, address } = server.address() as AddressInfo;
  const host = /^(0\.0\.0\.0|::)$/.test(address) ? "127.0.0.1" : address;
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
}

function listenProblem(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new ConfigError(`Port ${port} is in use; stop the program that has it or set PORT to another one.`);
  if (code === "EACCES") return new ConfigError(`Port ${port} needs more rights; set PORT to one above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new ConfigError(`HOST ${host} is not an address of this machine; set HOST to 127.0.0.1 or 0.0.0.0.`);
  return error;
}

/** The function as production has it; in local mode with the embedded broker's keys. */
function createFunction(
  { backend }: Config,
  environment: EnvironmentVariables,
  broker: Broker | undefined,
  url: URL,
  log: Log,
): FunctionHandler | undefined {
  const create = (env: EnvironmentVariables) =>
    createHandler(parseFunctionConfig(env), { log: (entry) => log.info(formatDecision(entry)) });
  if (backend.mode === "ably") return backend.servesFunction ? create(environment) : undefined;
  const { app, functionEnvironment } = localSetup(backend, url, environment);
  const handler = create({ QUARANTINE_URL: LOCAL_QUARANTINE, ...withoutBlanks(environment), ...functionEnvironment });
  broker?.createApp(app);
  return handler;
}

/** What the broker warns of is an error of the server: somebody should look. */
const brokerLog = (log: Log): BrokerLog => ({
  info: (event, fields) => log.info(event, fields),
  warn: (event, fields) => log.error(event, fields),
});

/** The function and the engine throw sentences for the person who starts the server; they are no bugs of ours. */
function configured<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function closer(server: Server, broker: Broker | undefined): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    await broker?.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), limits.shutdownMs);
    await closed;
    clearTimeout(timer);
  };
  return () => {
    closing ??= close();
    return closing;
  };
}
