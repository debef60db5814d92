/**
 * The store's requests of this process, to dynalite without a socket: the same signed request and the same answer. A message
 * that is starred is written down, and a client, a door and a server for that would cost more than the writing.
 */
import { EventEmitter } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Answer, Exchange } from "../../lambda/exchange.ts";
import { parseJson } from "../../lambda/json.ts";

export interface OwnStore {
  /** Nothing is answered once it is closed. */
  readonly exchange: Exchange;
  /** Takes no more, and waits for what is under way. */
  close(): Promise<void>;
}

/** Ask dynalite by its own listener. */
export function createOwnStore(handle: RequestListener): OwnStore {
  const underWay = new Set<Promise<Answer>>();
  let isClosed = false;
  return {
    exchange({ method, path: url, body = "", headers = {}, timeoutMs }) {
      if (isClosed) return Promise.resolve(undefined);
      const asked = new Promise<Answer>((resolve) => {
        ask(handle, { method, url, headers, body: Buffer.from(body) }, responseTo(resolve));
      });
      underWay.add(asked);
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeoutMs);
        void asked.then((answer) => {
          underWay.delete(asked);
          clearTimeout(timer);
          resolve(answer);
        });
      });
    },
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

/** A request that cannot break off any more. */
interface WholeRequest extends Pick<IncomingMessage, "method" | "url" | "headers"> {
  readonly body: Buffer;
}

/** Hands it over. Of a request dynalite uses its events, so it is no stream, which would cost as much as the writing. */
export function ask(handle: RequestListener, { body, ...head }: WholeRequest, response: ServerResponse): void {
  const request = Object.assign(new EventEmitter(), head);
  handle(request as unknown as IncomingMessage, response);
  request.emit("data", body);
  request.emit("end");
}

/** What dynalite uses of a response. */
function responseTo(answered: (answer: Answer) => void): ServerResponse {
  const headers: Record<string, string> = {};
  const response = {
    statusCode: 200,
    setHeader(name: string, value: string | number) {
      headers[name.toLowerCase()] = String(value);
    },
    end(body = "") {
      answered({ status: response.statusCode, headers, body: parseJson(body) });
    },
  };
  return response as unknown as ServerResponse;
}
