/**
 * A Function URL in front of a runtime: HTTP becomes the event (payload format 2.0), the result becomes HTTP, and what is
 * not a result becomes what AWS makes of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { eventOf } from "../../lambda/helpers/requests.ts";
import type { Runtime } from "./runtime-api.ts";

const MOST_BYTES = 6_291_456;
const TEXT = /^(text\/.*|application\/(json|xml|javascript))(;.*)?$/;

/** Make the server; it does not listen yet. One request at a time, as one environment takes them. */
export function createFront(runtime: Runtime): Server {
  let isBusy = false;
  return createServer(async (request, response) => {
    const body = await readAll(request);
    const event = toEvent(request, body);
    if (JSON.stringify(event).length > MOST_BYTES) return response.writeHead(413).end();
    if (isBusy) return response.writeHead(429).end();
    isBusy = true;
    const { result, error } = await runtime.invoke(event);
    isBusy = false;
    if (error !== undefined) return response.writeHead(502).end("Internal Server Error");
    const answer = Object(result) as { statusCode?: unknown; headers?: Record<string, string>; body?: unknown };
    if (typeof answer.statusCode !== "number") {
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result ?? null));
    }
    return response.writeHead(answer.statusCode, answer.headers ?? {}).end(String(answer.body ?? ""));
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function toEvent(request: IncomingMessage, body: Buffer) {
  const isText = TEXT.test(request.headers["content-type"] ?? "");
  const event = eventOf(isText ? body.toString("utf8") : body);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const method = request.method ?? "GET";
  const http = { ...event.requestContext.http, method };
  return { ...event, headers: Object.fromEntries(headers), requestContext: { ...event.requestContext, http } };
}
