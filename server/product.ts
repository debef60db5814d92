/**
 * The composition root: configuration -> broker, function and app -> a listening server. Everything that ends with the
 * process is ended by `close()`.
 */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseFunctionConfig } from "../lambda/config.ts";
import { createHandler } from "../lambda/create-handler.ts";
import { createAblyRest } from "../lambda/deliver/ably-rest.ts";
import { createRestPublisher } from "../lambda/deliver/rest-publisher.ts";
import { sweepDesk } from "../lambda/desk/sweep.ts";
import { formatDecision } from "../lambda/log.ts";
import { createNameCheck } from "../lambda/policy/names.ts";
import { type Broker, type BrokerLog, createBroker, type Limits, openStorage } from "./broker/index.ts";
import {
  type Backend,
  type Config,
  ConfigError,
  type Endpoint,
  type EnvironmentVariables,
  parseConfig,
  sessionSecretFrom,
  withoutBlanks,
} from "./config.ts";
import { openDesk } from "./desk.ts";
import { createAblyExchange } from "./http/ably-exchange.ts";
import { type AppDependencies, createApp } from "./http/app.ts";
import { createFront } from "./http/front.ts";
import { createFunctionUrl, type FunctionHandler, type FunctionUrl } from "./http/function-url.ts";
import { createHosts, type Hosts } from "./http/hosts.ts";
import { closeServer, listen } from "./http/listen.ts";
import { createAddressOf } from "./http/proxies.ts";
import type { Desk } from "./http/routes/moderate/deps.ts";
import { openSignIn } from "./identity/signed-in.ts";
import { limits } from "./limits.ts";
import { createOwnFunction, type OwnFunction } from "./local/own-function.ts";
import { createOwnRest } from "./local/own-rest.ts";
import { type LocalSecrets, openLocalSecrets } from "./local/secrets.ts";
import { isMadeUpFor, localSetup } from "./local/setup.ts";
import { tellSenders } from "./local/undelivered.ts";
import { type Log, terminalLog } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { openModeration, type ServerModeration } from "./moderation.ts";
import { ablyReadiness, type Readiness } from "./readiness.ts";
import { createRoomLook, shareLooks } from "./room-looks.ts";
import { createRevoke } from "./tokens/revoke.ts";
import { createTokenIssuer } from "./tokens/token-issuer.ts";

const PAGE_FOLDER = fileURLToPath(new URL("../public/build", import.meta.url));

export interface Product {
  readonly url: string;
  readonly mode: "local" | "ably";
  /** A link that signs a moderator in, once; undefined where there is no such way in. */
  moderatorLink(name?: string): string | undefined;
  /** Says goodbye to every connection and ends; safe to call twice. */
  close(): Promise<void>;
}

export interface ProductOptions {
  readonly log?: Log;
  readonly tokenTtlMs?: number;
  readonly authRequestsAMinute?: number;
  readonly pageFolder?: string;
  /** Where several servers count token requests together. */
  readonly limitStore?: AppDependencies["limitStore"];
  /** Of the embedded broker, in place of Ably's. */
  readonly limits?: Partial<Limits>;
  /** What stands before the function, such as one call in fifty that fails. */
  readonly beforeFunction?: (handler: FunctionHandler) => FunctionHandler;
}

/**
 * Starts the product as the environment says.
 * @throws ConfigError with one message that names what to set, or which port is taken.
 */
export async function startProduct(environment: EnvironmentVariables, options: ProductOptions = {}): Promise<Product> {
  const config = parseConfig(environment);
  const log = options.log ?? terminalLog;
  const backend = await openBackend(config, log, options).catch((error) => Promise.reject(configError(error)));
  const moderation = await openModeration(config, environment, log).catch(async (error: unknown) => {
    await backend.local?.broker.close();
    throw configError(error);
  });
  const metrics = await openMetrics(config, backend);
  const server = createServer();
  const abandon = async (error: unknown): Promise<never> => {
    await moderation.close();
    await backend.local?.broker.close();
    server.close();
    throw error;
  };
  const url = await listen(server, config).catch(abandon);
  let figures: Awaited<ReturnType<Metrics["serve"]>> | undefined;
  let closing: Promise<void> | undefined;
  let desk: Desk | undefined;
  const readiness = async () => (closing === undefined ? await backend.readiness() : "The server is stopping.");
  try {
    const { functionUrl, deskKey } = configured(() =>
      createFunction({ config, environment, local: backend.local, origin: url, log, metrics, moderation, options }),
    );
    const endpoint = config.backend.mode === "local" ? atUrl(url) : config.backend.endpoint;
    desk = configured(() => openDesk({ key: deskKey, endpoint, environment, moderation, log }));
    const hosts = config.allowedHosts && createHosts([config.host, url.hostname, ...config.allowedHosts]);
    const app = createApp({
      config,
      log,
      hosts,
      readiness,
      checkName: createNameCheck(moderation.names, config.reservedNames),
      banOf: moderation.banOf,
      desk,
      lookAtRoom: shareLooks(createRoomLook(backend.key, endpoint)),
      metrics,
      ...tokensFor(config, backend.key, options),
    });
    server.on("request", createFront({ app, hosts, broker: backend.local?.broker, functionUrl }));
    if (backend.local !== undefined) server.on("upgrade", upgrades(backend.local.broker, hosts));
    figures = await metrics?.serve({ host: config.host, port: config.metricsPort ?? 0, hosts });
    if (figures !== undefined) log.info("metrics", { url: figures.url });
    const { deps } = desk ?? {};
    moderation.watch({ revoke: createRevoke(backend.key, endpoint), sweep: deps && (() => sweepDesk(deps)) });
  } catch (error) {
    return await abandon(error);
  }
  return {
    url: url.origin,
    mode: config.backend.mode,
    moderatorLink: (name = "moderator") => (backend.local === undefined ? undefined : signInLink(desk, url, name)),
    close() {
      closing ??= closeAll(server, backend.local?.broker)
        .then(() => figures?.close())
        .finally(moderation.close);
      return closing;
    },
  };
}

const signInLink = (desk: Desk | undefined, url: URL, name: string): string | undefined =>
  desk && new URL(`/moderate?key=${desk.links.issue(name)}`, url).href;

/** How tokens are made and counted, how people sign in, and the page that asks for both. */
function tokensFor(
  { sessionSecrets: given, signIn }: Config,
  key: OpenBackend["key"],
  { tokenTtlMs, pageFolder = PAGE_FOLDER, authRequestsAMinute, limitStore }: ProductOptions,
) {
  const sessionSecrets = given.length > 0 ? given : [sessionSecretFrom(key)];
  return {
    sessionSecrets,
    signIn: openSignIn(signIn, { secrets: sessionSecrets, now: Date.now }),
    issuer: createTokenIssuer(key, tokenTtlMs),
    pageFolder,
    authRequestsAMinute,
    limitStore,
  };
}

/**
 * Closes everything. What was acknowledged is delivered first, while the function still runs; then everybody is sent
 * away.
 */
async function closeAll(server: Server, broker: Broker | undefined): Promise<void> {
  await broker?.drain(limits.drainMs);
  await closeServer(server, async () => await broker?.close());
}

/** Where the embedded broker is. */
const atUrl = ({ hostname, port }: URL): Endpoint => ({ host: hostname, port: Number(port), tls: false });

/** What mints the tokens; in local mode, the broker that takes them too. */
interface OpenBackend {
  readonly key: string;
  readonly readiness: Readiness;
  readonly local?: {
    readonly backend: Extract<Backend, { mode: "local" }>;
    readonly broker: Broker;
    readonly secrets: LocalSecrets;
    readonly ownFunction: OwnFunction;
  };
}

async function openBackend({ backend, proxies }: Config, log: Log, options: ProductOptions): Promise<OpenBackend> {
  if (backend.mode === "ably") return { key: backend.key, readiness: ablyReadiness(backend.endpoint) };
  const { dataFolder } = backend;
  const secrets = openLocalSecrets(dataFolder);
  const ownFunction = createOwnFunction();
  const broker: Broker = createBroker({
    log: brokerLog(log),
    limits: options.limits ?? {},
    addressOf: createAddressOf(proxies),
    ...(dataFolder !== undefined && { storage: await openStorage(join(dataFolder, "broker")) }),
    answersRule: ownFunction.answersRule,
    undelivered(event) {
      if (isMadeUpFor(event.ruleId, backend)) return;
      tellSenders(event, (channel, notice) => broker.publish(event.appId, channel, notice));
    },
  });
  const local = { backend, broker, secrets, ownFunction };
  return { key: backend.key ?? secrets.key, readiness: async () => undefined, local };
}

/** Serves the figures where somebody wants them; what that takes is loaded only then. */
async function openMetrics({ metricsPort }: Config, { key, local }: OpenBackend): Promise<Metrics | undefined> {
  if (metricsPort === undefined) return undefined;
  const { createMetrics } = await import("./metrics.ts");
  const [appId = ""] = key.split(".");
  return createMetrics(() => local?.broker.census(appId));
}

interface FunctionParts {
  readonly config: Config;
  readonly environment: EnvironmentVariables;
  readonly local: OpenBackend["local"];
  readonly origin: URL;
  readonly log: Log;
  readonly metrics: Metrics | undefined;
  readonly moderation: ServerModeration;
  readonly options: ProductOptions;
}

interface FunctionAndKey {
  readonly functionUrl: FunctionUrl | undefined;
  /** The key of the desk. */
  readonly deskKey: string | undefined;
}

/** The function as production has it; in local mode with the embedded broker's keys. */
function createFunction(parts: FunctionParts): FunctionAndKey {
  const { config, environment, local, origin, log, metrics } = parts;
  const write = log.decision ?? ((entry) => log.info(formatDecision(entry)));
  const tell: typeof write = (entry) => {
    metrics?.decision(entry);
    write(entry);
  };
  const { store, moderation } = parts.moderation;
  const create = (env: EnvironmentVariables) => {
    const functionConfig = parseFunctionConfig(env);
    const rest = local
      ? createOwnRest(functionConfig, local.broker)
      : createAblyRest(functionConfig, { exchange: createAblyExchange(functionConfig) });
    const publisher = createRestPublisher(functionConfig, rest);
    const own = { log: tell, moderation, publisher, ...(store !== undefined && { store }) };
    const onError = (error: unknown) => log.error("function.failed", { reason: String(error) });
    const handler = createHandler(functionConfig, own);
    return createFunctionUrl(parts.options.beforeFunction?.(handler) ?? handler, onError);
  };
  if (local === undefined) {
    return { functionUrl: config.servesFunction ? create(environment) : undefined, deskKey: config.deskKey };
  }
  const { app, deskKey, functionUrl: url, functionEnvironment } = localSetup({ ...local, origin, environment });
  const functionUrl = create({ ...withoutBlanks(environment), ...functionEnvironment });
  local.ownFunction.serve(url, functionUrl);
  local.broker.createApp(app);
  return { functionUrl, deskKey };
}

/** WebSocket upgrades go to the broker, under the same names as everything else on the port. */
function upgrades(broker: Broker, hosts: Hosts | undefined) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const problem = hosts?.problemOf(request.headers.host);
    if (problem === undefined) broker.handleUpgrade(request, socket, head);
    else socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\n\r\n`);
  };
}

/** What the broker warns of is an error of the server: somebody should look. */
const brokerLog = (log: Log): BrokerLog => ({
  info: (event, fields) => log.info(event, fields),
  warn: (event, fields) => log.error(event, fields),
});

/** Makes a part from the configuration. What it throws is a sentence for whoever starts the server, and no bug. */
function configured<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw configError(error);
  }
}

const configError = (error: unknown): ConfigError =>
  new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
