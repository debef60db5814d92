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
  let own: { readonly url: URL; readonly functionUrl: FunctionUrl } | undefined;
  return {
    serve(url, functionUrl) {
      own = { url, functionUrl };
    },
    answersRule({ url, headers, body }) {
      if (own === undefined || url !== own.url.href) return undefined;
      const { host, hostname, pathname, search } = own.url;
      const request = {
        method: "POST",
        url: pathname + search,
        httpVersion: "1.1",
        headers: { ...headers, host, "content-length": String(body.length) },
        sourceIp: hostname,
        body,
      };
      return own.functionUrl(request).then(({ statusCode }) => ({ status: statusCode }));
    },
  };
}
