/** The function as Lambda calls it: `handler.handler`, with exactly two parameters. */
import { parseFunctionConfig } from "./config.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { createJsonLog } from "./log.ts";

const write = (line: string) => process.stdout.write(line);

/** Made while Lambda initialises, where the CPU is fastest; made again later if the configuration was not right then. */
let current = tryCreate();

function tryCreate(): Handler | undefined {
  try {
    const log = createJsonLog(write, Date.now, process.env.AWS_LAMBDA_FUNCTION_NAME);
    return createHandler(parseFunctionConfig(process.env), { log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    write(`${JSON.stringify({ event: "configuration", reason })}\n`);
    return undefined;
  }
}

/** Answer one event of the Function URL. Closed, with 500, as long as the configuration is not right. */
export const handler: Handler = async (event, context) => {
  current ??= tryCreate();
  if (current === undefined) return { statusCode: 500, body: "" };
  return await current(event, context);
};
