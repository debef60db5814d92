/** The function in this process: what a rule's request is there, and what it is over HTTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { createUndiciPost } from "../../../server/broker/integrations/post.ts";
import { createFunctionUrl, type FunctionHandler, serveFunction } from "../../../server/http/function-url.ts";
import { createOwnFunction } from "../../../server/local/own-function.ts";

const signal = new AbortController().signal;
const headers = { "content-type": "application/json", "x-ably-signature": "sig", "x-ably-version": "1.2" };

test("gets the event that the same request over HTTP would make, and its status is the answer", async () => {
  const events: LambdaFunctionURLEvent[] = [];
  const handler: FunctionHandler = async (event) => {
    events.push(event);
    return { statusCode: 503 };
  };
  const functionUrl = createFunctionUrl(handler, () => {});
  const server = createServer(serveFunction(functionUrl));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { post, close } = createUndiciPost(2_000);
  try {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/lambda?a=1`);
    const request = { url: url.href, headers, body: Buffer.from('{"items":["é"]}'), signal };
    const own = createOwnFunction();
    expect(own.answersRule(request)).toBeUndefined();
    own.serve(url, functionUrl);
    expect(own.answersRule({ ...request, url: "http://127.0.0.1/elsewhere" })).toBeUndefined();
    expect([await own.answersRule(request), await post(request)]).toEqual([{ status: 503 }, { status: 503 }]);
    const [here, there] = events.map(({ headers: all, requestContext, ...rest }) => {
      const { connection, ...kept } = all;
      const { requestId, time, timeEpoch, ...context } = requestContext;
      return { ...rest, headers: kept, requestContext: context };
    });
    expect(here).toEqual(there);
    expect(here).toMatchObject({
      headers: { "x-ably-signature": "sig" },
      body: '{"items":["é"]}',
      rawQueryString: "a=1",
    });
  } finally {
    await close();
    server.close();
  }
});

test("that throws is answered as on AWS, without detail, and the error is told", async () => {
  const own = createOwnFunction();
  const errors: unknown[] = [];
  const url = new URL("http://127.0.0.1:3000/lambda");
  own.serve(
    url,
    createFunctionUrl(
      () => Promise.reject(new Error("s3cr3t")),
      (error) => errors.push(error),
    ),
  );
  expect(await own.answersRule({ url: url.href, headers, body: Buffer.from("{}"), signal })).toEqual({ status: 502 });
  expect(errors).toHaveLength(1);
});
