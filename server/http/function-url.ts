/**
 * A Lambda Function URL on this server: the HTTP request becomes exactly the event AWS would build (payload format
 * 2.0), the handler's result becomes the HTTP answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { randomUUID } from "node:crypto";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import type { Request, RequestHandler, Response } from "express";
import { limits } from "../../lambda/limits.ts";

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
function functionUrlEvent(request: Request, body: Buffer): LambdaFunctionURLEvent {
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, joined(value)]));
  const { pathname, search, searchParams } = new URL(request.originalUrl, "http://localhost");
  const query = new Map<string, string>();
  for (const [name, value] of searchParams) query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  const isText = TEXT.test(request.headers["content-type"] ?? "");
  const domainName = request.hostname ?? "localhost";
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
        method: request.method,
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.ip ?? "",
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

function answer(response: Response, result: FunctionResult): void {
  response.status(result.statusCode);
  response.set({ ...(result.body ? { "Content-Type": "application/json" } : {}), ...result.headers });
  response.end(result.isBase64Encoded === true ? Buffer.from(result.body ?? "", "base64") : result.body);
}

/** A handler that throws or outlives its time gets AWS's own answer: 502 and no detail. */
export function serveFunction(handler: FunctionHandler, onError: (error: unknown) => void): RequestHandler {
  return async (request, response) => {
    const deadline = Date.now() + limits.timeoutMs;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const event = functionUrlEvent(request, body);
    const context = {
      awsRequestId: event.requestContext.requestId,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    };
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("the function timed out")), limits.timeoutMs);
    });
    try {
      answer(response, await Promise.race([handler(event, context), timeout]));
    } catch (error) {
      onError(error);
      answer(response, { statusCode: 502, body: "Internal Server Error", headers: { "Content-Type": "text/plain" } });
    } finally {
      clearTimeout(timer);
    }
  };
}
