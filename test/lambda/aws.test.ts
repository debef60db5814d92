/** Calls of AWS: how they are signed, repeated and refused. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { createAwsCall } from "../../lambda/aws.ts";
import { signed } from "../../lambda/aws-signature.ts";
import type { Pace } from "../../lambda/backoff.ts";

test("signs as another implementation does", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const token = fc.string({ unit: fc.constantFrom(..."ABCxyz019+/="), minLength: 1, maxLength: 30 });
  const request = fc.record({
    service: fc.constantFrom("dynamodb", "sqs", "ssm"),
    region: fc.constantFrom("eu-west-1", "us-east-1"),
    url: fc
      .constantFrom("https://dynamodb.eu-west-1.amazonaws.com/", "http://127.0.0.1:8000/")
      .map((url) => new URL(url)),
    body: fc.json(),
    at: fc.integer({ min: 0, max: 4e12 }),
    target: fc.constantFrom("DynamoDB_20120810.Query", "AmazonSQS.SendMessageBatch"),
    secretAccessKey: text.filter((secret) => secret.trim() !== ""),
    sessionToken: fc.option(token, { nil: undefined }),
  });
  type Request = typeof request extends fc.Arbitrary<infer R> ? R : never;
  const property = async ({ service, region, url, body, at, target, secretAccessKey, sessionToken }: Request) => {
    const headers = { "x-amz-target": target };
    const theirs = new AwsV4Signer({
      method: "POST",
      url: url.href,
      headers,
      body,
      service,
      region,
      accessKeyId: "AKID",
      secretAccessKey,
      datetime: new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, ""),
      ...(sessionToken !== undefined && { sessionToken }),
    });
    const ours = signed(
      { service, region, url, headers, body, at },
      { accessKeyId: "AKID", secretAccessKey, sessionToken },
    );
    expect(ours.authorization).toBe(await theirs.authHeader());
  };
  await fc.assert(fc.asyncProperty(request, property), { numRuns: 200 });
});

let server: Server | undefined;
afterEach(() => server?.close());

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A service that answers with these in turn, the last one for good; and what it was asked. */
async function service(replies: readonly (Reply | "hang" | "hang up")[]) {
  const asked: IncomingMessage[] = [];
  server = createServer((request, response) => {
    const reply = replies[Math.min(asked.length, replies.length - 1)];
    asked.push(request);
    if (reply === "hang up") response.destroy();
    else if (reply !== "hang") response.writeHead(reply?.status ?? 500).end(reply?.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = ({ timeoutMs = 5_000, pace }: { readonly timeoutMs?: number; readonly pace?: Pace } = {}) =>
    createAwsCall(CREDENTIALS, pace && { pace })(
      { service: "dynamodb", target: "DynamoDB_20120810.Query", url, input: {} },
      timeoutMs,
    );
  return { asked, ask };
}

const WELL: Reply = { status: 200, body: '{"Items":[]}' };
const throttled = (status: number): Reply => ({
  status,
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}',
});

test("asks once more after what passes, and twice at most, after waiting for up to twice as long each time", async () => {
  const waits: number[] = [];
  const pace = { now: () => 0, sleep: async (ms: number) => void waits.push(ms), random: () => 0.5 };
  const recovering = await service([throttled(500), throttled(429), WELL]);
  expect(await recovering.ask({ pace })).toEqual({ Items: [] });
  expect(recovering.asked).toHaveLength(3);
  expect(waits).toEqual([50, 100]);
  server?.close();
  const failing = await service([throttled(503)]);
  await expect(failing.ask({ pace })).rejects.toMatchObject({ name: "AwsError", type: "ThrottlingException" });
  expect(failing.asked).toHaveLength(3);
});

test("a refusal is told by its type at once, and never by its text", async () => {
  const { asked, ask } = await service([throttled(400)]);
  await expect(ask()).rejects.toThrow(/^DynamoDB_20120810.Query was answered with 400 ThrottlingException$/);
  expect(asked).toHaveLength(1);
});

test.each(["", "no JSON", "null", '{"__type":5}', '{"__type":"a b"}'])(
  "an error that says %j has no type",
  async (body) => {
    const { ask } = await service([{ status: 400, body }]);
    await expect(ask()).rejects.toMatchObject({ name: "AwsError", type: "" });
  },
);

test.each(["hang", "hang up"] as const)("a service that would %s is no answer", async (reply) => {
  const { ask } = await service([reply]);
  await expect(ask({ timeoutMs: 100 })).rejects.toThrow("was not answered");
});

test("without credentials nothing is sent", async () => {
  const call = createAwsCall({})({ service: "ssm", target: "AmazonSSM.GetParameters", input: {} }, 1_000);
  await expect(call).rejects.toThrow("AWS_ACCESS_KEY_ID");
});
