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
  const text = date.toUTCString(); // `Sat, 21 Nov 2026 10:46:00 GMT`
  return `${text.slice(5, 7)}/${text.slice(8, 11)}/${text.slice(12, 16)}:${text.slice(17, 25)} +0000`;
}

/** A request, read whole. Names of headers are in lower case. */
interface FunctionRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly sourceIp: string;
  /** Undefined when it is larger than a Function URL takes. */
  readonly body: Buffer | undefined;
}

/** The event for one request. */
function functionUrlEvent(request: FunctionRequest, body: Buffer): LambdaFunctionURLEvent {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) if (name !== "cookie") headers[name] = joined(request.headers[name]);
  const { cookie } = request.headers;
  const { path: rawPath, search } = targetOf(request.url);
  const isText = TEXT.test(headers["content-type"] ?? "");
  const domainName = (headers.host ?? "localhost").replace(/:\d+$/, "");
  const now = new Date();
  const event: LambdaFunctionURLEvent = {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: search.slice(1),
    headers,
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0] ?? domainName,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: awsTime(now),
      timeEpoch: now.getTime(),
    },
    isBase64Encoded: body.length > 0 && !isText,
  };
  if (cookie !== undefined) event.cookies = joined(cookie).split(/; */);
  const parameters = parametersIn(search);
  if (parameters.size > 0) event.queryStringParameters = Object.fromEntries(parameters);
  if (body.length > 0) event.body = body.toString(isText ? "utf8" : "base64");
  return event;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** The parameters of a query. Values of one name are joined. */
function parametersIn(search: string): ReadonlyMap<string, string> {
  if (search === "") return NO_PARAMETERS;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  }
  return query;
}

/** Path and query of a request's target, which may be in absolute form. */
function targetOf(url: string): { readonly path: string; readonly search: string } {
  if (!url.startsWith("/")) {
    const { pathname, search } = new URL(url, "http://localhost");
    return { path: pathname, search };
  }
  const end = url.indexOf("?");
  return end === -1 ? { path: url, search: "" } : { path: url.slice(0, end), search: url.slice(end) };
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

/** Answers requests that were read already: those of the program that runs it. */
export type FunctionUrl = (request: FunctionRequest) => Promise<FunctionResult>;

/** Makes the URL of a handler. One that throws or outlives its time gets AWS's own answer: 502 and no detail. */
export function createFunctionUrl(handler: FunctionHandler, onError: (error: unknown) => void): FunctionUrl {
  return async (request) => {
    const { body } = request;
    if (body === undefined || body.length > limits.functionBodyBytes) return TOO_LARGE;
    try {
      return await invoke(handler, functionUrlEvent(request, body));
    } catch (error) {
      onError(error);
      return FAILED;
    }
  };
}

/** Answers over HTTP. */
export function serveFunction(
  functionUrl: FunctionUrl,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const { method = "GET", url = "/", httpVersion, headers, socket } = request;
    const body = await readBody(request).catch(() => "broken off" as const);
    if (body === "broken off") return void response.destroy();
    const sourceIp = socket.remoteAddress ?? "";
    answer(response, await functionUrl({ method, url, httpVersion, headers, sourceIp, body }));
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
