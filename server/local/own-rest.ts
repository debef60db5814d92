/**
 * Where the function finds the embedded broker's REST interface: in this process. It is the same request with the same key, and
 * the broker's same answer; what is saved is a client, a socket and a server for each publish, and the JSON between them.
 */
import type { AblyAddress, AblyRest } from "../../lambda/deliver/ably-rest.ts";
import type { Broker } from "../broker/index.ts";

/** Make a client of `broker` for one key. */
export function createOwnRest(
  { publishKey }: Pick<AblyAddress, "publishKey">,
  broker: Pick<Broker, "answer">,
): AblyRest {
  return {
    request: (method, url, { body, timeoutMs }) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeoutMs);
        void broker.answer({ method, url, key: publishKey, body }).then((answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
      }),
  };
}
