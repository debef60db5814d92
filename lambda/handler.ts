/** The function as Lambda calls it: `handler.handler`, with exactly two parameters. */
import { createAwsCall } from "./aws.ts";
import { parseFunctionConfig } from "./config.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { createJsonLog } from "./log.ts";
import { createSecretSource } from "./secrets.ts";
import { openStore } from "./store/open.ts";

const write = (line: string) => process.stdout.write(line);
const log = createJsonLog(write, Date.now, process.env.AWS_LAMBDA_FUNCTION_NAME);
const secrets = createSecretSource(process.env, createAwsCall(process.env), Date.now);

let current: Handler | undefined;
let madeFrom: string | undefined;

/**
 * Make the handler anew when its configuration is another one than before, and only then: it remembers what it has
 * published. As long as the configuration is not right there is none, and the next request tries again.
 */
async function refresh(): Promise<void> {
  try {
    const pending = secrets?.read();
    const env = secrets === undefined ? process.env : await pending;
    if (env === undefined || (current !== undefined && secrets === undefined)) return;
    const config = parseFunctionConfig(env);
    const from = JSON.stringify(config);
    if (from === madeFrom) return;
    const onFault = (fault: string) => log({ event: "store", fault });
    const store = openStore(config.store, { now: Date.now, onFault });
    current = createHandler(config, { log, ...(store !== undefined && { store }) });
    madeFrom = from;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    write(`${JSON.stringify({ event: "configuration", reason })}\n`);
  }
}

// while Lambda initialises, where the CPU is fastest
await refresh();

/** Answer one event of the Function URL. Closed, with 500, as long as the configuration is not right. */
export const handler: Handler = async (event, context) => {
  await refresh();
  if (current === undefined) return { statusCode: 500, body: "" };
  // all lines of one request in one write
  process.stdout.cork();
  try {
    return await current(event, context);
  } finally {
    process.stdout.uncork();
  }
};
