/**
 * The first look at a request. The function and the embedded broker are asked for each message that anybody writes, so they
 * answer without Express; the app takes everything else.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import compression from "compression";
import { type FunctionUrl, serveFunction } from "./function-url.ts";
import type { Hosts } from "./hosts.ts";

/** What the embedded broker answers by itself. Its REST paths stand beside ours, because the SDK has no base path. */
interface BrokerDoor {
  handles(path: string): boolean;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
}

export interface FrontDependencies {
  readonly app: RequestListener;
  /** Whom the server answers to; anybody when absent. */
  readonly hosts?: Hosts | undefined;
  readonly broker?: BrokerDoor | undefined;
  readonly functionUrl?: FunctionUrl | undefined;
}

/** Makes the listener of the server's port. */
export function createFront({ app, hosts, broker, functionUrl }: FrontDependencies): RequestListener {
  const lambda = functionUrl === undefined ? undefined : serveFunction(functionUrl);
  // Fifty messages of history are 24 KB as JSON, and 3 KB compressed.
  const compress = compression() as unknown as (
    request: IncomingMessage,
    response: ServerResponse,
    next: () => void,
  ) => void;
  return (request, response) => {
    const path = pathOf(request);
    // The app refuses a request for another host, with the reason.
    if (hosts?.problemOf(request.headers.host) !== undefined) app(request, response);
    else if (path === "/lambda" && lambda !== undefined) void lambda(request, response);
    else if (broker?.handles(path) && !isRemoval(request, path)) {
      // The answer to a publish is too short to be compressed.
      if (request.method === "POST") broker.handleRequest(request, response);
      else compress(request, response, () => broker.handleRequest(request, response));
    } else app(request, response);
  };
}

/** Is this a visitor's own `DELETE /messages`? The broker has `/messages` for publishes to many channels. */
const isRemoval = ({ method }: IncomingMessage, path: string): boolean => method === "DELETE" && path === "/messages";

/** The path alone, also of a request in absolute form. */
function pathOf({ url = "/" }: IncomingMessage): string {
  if (!url.startsWith("/")) return URL.canParse(url) ? new URL(url).pathname : url;
  const end = url.indexOf("?");
  return end === -1 ? url : url.slice(0, end);
}
