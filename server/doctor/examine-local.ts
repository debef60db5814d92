/** The examination of the local product, which is started for the purpose when it is not running. */
import * as z from "zod";
import { personOf } from "../../lambda/person.ts";
import { connectionTo } from "../ably-connection.ts";
import type { Config, EnvironmentVariables } from "../config.ts";
import { type Product, startProduct } from "../product.ts";
import { clockSkew } from "./clock.ts";
import { bannedWord, PROBE_ROOM, probe } from "./probe.ts";
import { fail, pass, REQUEST_MS, sentence, skip, type Tell } from "./report.ts";
import { examineFunctionStore } from "./store.ts";
import { exchange } from "./token.ts";

export interface LocalExamination {
  readonly config: Config;
  readonly env: EnvironmentVariables;
  readonly tell: Tell;
  readonly probeMs: number;
}

/** Examines what answers at the configured address, or a product of its own. */
export async function examineLocal({ config, env, tell, probeMs }: LocalExamination): Promise<void> {
  const running = `http://${config.host}:${config.port}`;
  let product: Product | undefined;
  try {
    const isUp = await isAsterism(running);
    if (!isUp) product = await startProduct({ ...env, PORT: "0", LOCAL_DATA: "memory" }, { log: quiet });
    const url = product?.url ?? running;
    const found = isUp ? `answers at ${url}` : `nothing runs at ${running}; examining one started for this at ${url}`;
    tell("server", pass(found));
    await examineProduct(url, { config, env, tell, probeMs });
  } catch (error) {
    tell("server", fail(sentence(error), "see the message; npm start says more"));
  } finally {
    await product?.close();
  }
}

async function examineProduct(url: string, { env, tell, probeMs }: LocalExamination): Promise<void> {
  const { port, hostname } = new URL(url);
  const connection = connectionTo({ host: hostname, port: Number(port), tls: false });
  if (!tell("clock", await clockSkew(connection))) return void tell("probe", skip("the broker cannot be reached"));
  tell("keys", pass("the embedded broker makes its own, as narrow as in production"));
  const issue = async () => TokenRequest.parse(await getJson(`${url}/auth?room=${PROBE_ROOM}&name=Doctor`));
  if (!tell("token", await exchange(await issue(), connection))) return void tell("probe", skip("there is no token"));
  const token = await issue();
  const { clientId } = token;
  const probed = await probe({ connection, token, clientId, bannedWord: bannedWord(env), timeoutMs: probeMs });
  tell("probe", probed);
  if (probed.kind === "pass") tell("function's store", await examineFunctionStore(env, personOf(clientId)));
}

const quiet = { info: () => undefined, error: () => undefined };

const TokenRequest = z.object({
  keyName: z.string(),
  clientId: z.string(),
  capability: z.string(),
  timestamp: z.number(),
  nonce: z.string(),
  mac: z.string(),
  ttl: z.number(),
});

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return await answer.json();
}

async function isAsterism(url: string): Promise<boolean> {
  const Health = z.object({ status: z.literal("ok"), mode: z.literal("local") });
  try {
    return Health.safeParse(await getJson(`${url}/health`)).success;
  } catch {
    return false; // nothing answers there, or something that is not ours
  }
}
