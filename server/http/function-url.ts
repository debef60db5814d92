/**
 * A Lambda Function URL on this server: the HTTP request becomes exactly the event AWS would build (payload format
 * 2.0), the handler's result becomes the HTTP answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { limits as functionLimits } from "../../lambda/limits.ts";
import { limits } from "../limits.ts";

interface FunctionContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

interface FunctionResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export type FunctionHandler = (event: LambdaFunctionURLEvent, context: FunctionContext) => Promise<FunctionResult>;

/** Content types that AWS passes on as text; everything else arrives base64-encoded. */
const TEXT = /^(text\/|application\/(json|xml|javascript)\b)/i;

function joined(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

/** AWS writes the time as `21/Nov/2026:10:46:00 +0000`. */
function awsTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

/** The event for one request. `body` is the raw body. */
function functionUrlEvent(request: IncomingMessage, body: Buffer): LambdaFunctionURLEvent {
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, joined(value)]));
  const { pathname, search, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const query = new Map<string, string>();
  for (const [name, value] of searchParams) query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  const isText = TEXT.test(request.headers["content-type"] ?? "");
  const domainName = (request.headers.host ?? "localhost").replace(/:\d+$/, "");
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(query.size === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0] ?? domainName,
      http: {
        method: request.method ?? "GET",
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: awsTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * The whole body as it came, compressed or not; undefined when it is larger than a Function URL takes. Events instead of an
 * iterator, which costs as much as the rest of the request.
 */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limits.functionBodyBytes) chunks.push(chunk);
    });
    request.on("end", () => resolve(size <= limits.functionBodyBytes ? Buffer.concat(chunks, size) : undefined));
    request.on("error", reject);
  });
}

function answer(response: ServerResponse, { statusCode, headers, body = "", isBase64Encoded }: FunctionResult): void {
  const bytes = Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
  const type = bytes.length > 0 ? { "content-type": "application/json" } : {};
  response.writeHead(statusCode, { ...type, ...headers, "content-length": bytes.length }).end(bytes);
}

const FAILED: FunctionResult = {
  statusCode: 502,
  body: "Internal Server Error",
  headers: { "content-type": "text/plain" },
};

const TOO_LARGE: FunctionResult = {
  statusCode: 413,
  body: JSON.stringify({
    error: { code: "too_large", message: `The body is larger than ${limits.functionBodyBytes} bytes.` },
  }),
};

/** A handler that throws or outlives its time gets AWS's own answer: 502 and no detail. */
export function serveFunction(
  handler: FunctionHandler,
  onError: (error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const body = await readBody(request);
      answer(response, body === undefined ? TOO_LARGE : await invoke(handler, functionUrlEvent(request, body)));
    } catch (error) {
      onError(error);
      if (!response.headersSent) answer(response, FAILED);
    }
  };
}

/** Runs the handler for as long as AWS would. */
async function invoke(handler: FunctionHandler, event: LambdaFunctionURLEvent): Promise<FunctionResult> {
  const deadline = Date.now() + functionLimits.timeoutMs;
  const context = {
    awsRequestId: event.requestContext.requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the function timed out")), functionLimits.timeoutMs);
  });
  try {
    return await Promise.race([handler(event, context), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
