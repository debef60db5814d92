/**
 * Where the embedded broker's rules find the function: in this process. It gets the event that the same request would be over
 * HTTP, where it answers as well; what is saved is a client, a socket and a server for each message.
 */
import type { BrokerOptions } from "../broker/index.ts";
import type { FunctionUrl } from "../http/function-url.ts";

export interface OwnFunction {
  /** From now on requests to `url` are answered by it. */
  serve(url: URL, functionUrl: FunctionUrl): void;
  readonly answersRule: NonNullable<BrokerOptions["answersRule"]>;
}

/** Nothing is served yet. */
export function createOwnFunction(): OwnFunction {
  let own: { readonly href: string; readonly answer: OwnFunction["answersRule"] } | undefined;
  return {
    serve(url, functionUrl) {
      const { host, hostname: sourceIp, pathname, search } = url;
      const answer: OwnFunction["answersRule"] = async ({ headers, body }) => {
        const request = {
          method: "POST",
          url: pathname + search,
          httpVersion: "1.1",
          headers: { ...headers, host, "content-length": String(body.length) },
          sourceIp,
          body,
        };
        const { statusCode } = await functionUrl(request);
        return { status: statusCode };
      };
      own = { href: url.href, answer };
    },
    answersRule: (request) => (request.url === own?.href ? own?.answer(request) : undefined),
  };
}
