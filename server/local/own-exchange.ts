/**
 * Where the function finds the embedded broker's REST interface: in this process. It is the same request with the same key, and
 * the broker's same answer; what is saved is a client, a socket and a server for each publish.
 */
import { type AblyAddress, addressOf } from "../../lambda/deliver/ably-rest.ts";
import { contentOf, type Exchange } from "../../lambda/exchange.ts";
import { parseJson } from "../../lambda/json.ts";
import type { Broker } from "../broker/index.ts";

/** Make an exchange that asks `broker`, whatever the host. */
export function createOwnExchange(config: AblyAddress, broker: Pick<Broker, "answer">): Exchange {
  const { headers: common } = addressOf(config);
  return ({ method, path: url, body, timeoutMs, headers: own }) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      const headers = { ...common, ...contentOf(body), ...own };
      void broker.answer({ method, url, headers, body: Buffer.from(body ?? "") }).then((answer) => {
        clearTimeout(timer);
        if (answer === undefined) return resolve(undefined);
        const fields = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
        const text = answer.body.toString("utf8");
        resolve({ status: answer.status, headers: Object.fromEntries(fields), body: parseJson(text) });
      });
    });
}
