/** The store that a command works on: the one that the environment names, or that of the local product while it runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { storeIn } from "../config.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the running local product says how its store is reached (`server/local/store.ts`); only its owner can read it. */
const STORE_FILE = "store.json";

const Access = v.object({
  STORE_TABLE: v.string(),
  STORE_ENDPOINT: v.string(),
  AWS_ACCESS_KEY_ID: v.string(),
  AWS_SECRET_ACCESS_KEY: v.string(),
});

/** People at a terminal have more patience than a message. */
const REQUEST_MS = 10_000;

/** Open it, or say in a sentence why that does not work. */
export async function storeFor(env: Environment): Promise<Store> {
  const access = storeIn(env) === undefined ? runningProduct(env) : env;
  const store = openStore(storeIn(access), {
    now: Date.now,
    onFault: () => undefined,
    env: access,
    timeoutMs: REQUEST_MS,
  });
  if (store === undefined) throw new Error("unable to find the store; set STORE_TABLE, or start the local product");
  try {
    await store.policies.since(0, 1);
  } catch (error) {
    throw new Error("unable to reach the store; see STORE_TABLE, STORE_ENDPOINT and the credentials of AWS", {
      cause: error,
    });
  }
  return store;
}

function runningProduct(env: Environment): Environment {
  const folder = env.LOCAL_DATA?.trim() || ".asterism";
  try {
    const access = v.parse(Access, JSON.parse(readFileSync(join(folder, STORE_FILE), "utf8")));
    return { ...access, AWS_REGION: "us-east-1" };
  } catch {
    throw new Error("unable to find the store; start the local product first (npm start), or set STORE_TABLE");
  }
}

/** Who acts, for the audit: whoever sits at this terminal. */
export const operator = (env: Environment): string => `${env.USER ?? env.USERNAME ?? "operator"} at a terminal`;
