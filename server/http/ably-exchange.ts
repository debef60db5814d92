/**
 * The requests of the function to Ably where this server runs it: by undici, whose `dispatch` costs less than half the
 * processor time of Node's own client. On AWS it would cost more at start than it could ever save.
 */
import { Agent } from "undici";
import { type AblyAddress, addressOf } from "../../lambda/deliver/ably-rest.ts";
import { type Answer, type Call, contentOf, type Exchange } from "../../lambda/exchange.ts";
import { parseJson } from "../../lambda/json.ts";
import { limits } from "../../lambda/limits.ts";

/** Errors of a connection that was kept, and that the other side had closed meanwhile. */
const STALE: ReadonlySet<unknown> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Make an exchange with connections of its own. */
export function createAblyExchange(config: AblyAddress): Exchange {
  const { isTls, port, headers } = addressOf(config);
  const agent = new Agent({ connections: limits.connections, pipelining: 1 });
  return ({ host, method, path, body, timeoutMs, headers: own }: Call) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let status = 0;
      let answered: Answer["headers"] = {};
      let isLate = false;
      let abort = (): void => undefined;
      const timer = setTimeout(() => {
        isLate = true;
        abort();
        resolve(undefined);
      }, timeoutMs);
      const origin = `${isTls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
      agent.dispatch(
        { origin, path, method, headers: { ...headers, ...contentOf(body), ...own }, body: body ?? null },
        {
          onRequestStart(controller) {
            abort = () => controller.abort(new Error("out of time"));
            if (isLate) abort();
          },
          onResponseStart(_, code, fields) {
            status = code;
            answered = fields;
          },
          onResponseData(controller, chunk) {
            size += chunk.length;
            if (size > limits.answerBytes) controller.abort(new Error("the answer is too large"));
            else chunks.push(chunk);
          },
          onResponseEnd() {
            clearTimeout(timer);
            resolve({ status, headers: answered, body: parseJson(Buffer.concat(chunks, size).toString("utf8")) });
          },
          onResponseError(_, error) {
            clearTimeout(timer);
            const { code } = error as { code?: unknown };
            resolve(status === 0 && STALE.has(code) ? "stale" : undefined);
          },
        },
      );
    });
}
