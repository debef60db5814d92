/** Function URL events, made as Lambda makes them, from the bytes that a rule would send. */
import { createHmac } from "node:crypto";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import type { FunctionConfig } from "../../../lambda/config.ts";

export const SIGNING_KEY = { name: "appid.signer", secret: "s3cr3tValue" };
export const WEBHOOK_SECRET = "a-long-webhook-secret";

export const CONFIG: FunctionConfig = {
  publishKey: "appid.publisher:secret",
  signingKeys: [SIGNING_KEY],
  webhookSecrets: [WEBHOOK_SECRET],
  textLength: 2_000,
};

/** An event as the Function URL hands it over; text bodies as they are, everything else in base64. */
export function eventOf(bytes: Buffer | string, headers: Record<string, string> = {}): LambdaFunctionURLEvent {
  const isText = typeof bytes === "string";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    headers: { "content-type": isText ? "application/json" : "application/x-msgpack", ...headers },
    requestContext: {
      accountId: "anonymous",
      apiId: "abc",
      domainName: "abc.lambda-url.eu-west-1.on.aws",
      domainPrefix: "abc",
      http: { method: "POST", path: "/", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "ably" },
      requestId: "r1",
      routeKey: "$default",
      stage: "$default",
      time: "21/Nov/2026:11:00:00 +0000",
      timeEpoch: 1_795_258_800_000,
    },
    body: isText ? bytes : bytes.toString("base64"),
    isBase64Encoded: !isText,
  };
}

export const sign = (bytes: Buffer | string, secret = SIGNING_KEY.secret): string =>
  createHmac("sha256", secret).update(bytes).digest("base64");

/** A batched request with the signature that Ably would put on it. */
export const signed = (bytes: Buffer | string): LambdaFunctionURLEvent =>
  eventOf(bytes, { "x-ably-key": SIGNING_KEY.name, "x-ably-signature": sign(bytes), "x-ably-version": "1.2" });

/** A single request with the secret header. */
export const withSecret = (bytes: Buffer | string, headers: Record<string, string> = {}): LambdaFunctionURLEvent =>
  eventOf(bytes, { "x-webhook-secret": WEBHOOK_SECRET, "x-ably-version": "1.2", ...headers });

export const contextWith = (remainingMs: number) => ({
  awsRequestId: "req-1",
  getRemainingTimeInMillis: () => remainingMs,
});
