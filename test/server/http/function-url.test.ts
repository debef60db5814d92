/** A Function URL on this server: the event that the function gets, and what becomes of its answer. */
import { createServer } from "node:http";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createFunctionUrl, type FunctionHandler, serveFunction } from "../../../server/http/function-url.ts";

/** A server whose function records its event. */
function recording(result: Awaited<ReturnType<FunctionHandler>> = { statusCode: 200 }) {
  const events: LambdaFunctionURLEvent[] = [];
  const handler: FunctionHandler = async (event) => {
    events.push(event);
    return result;
  };
  return { app: createServer(serveFunction(createFunctionUrl(handler, () => {}))), events };
}

describe("the Function URL event", () => {
  test("has payload format 2.0 with lower-case headers, cookies apart and repeated keys joined", async () => {
    const { app, events } = recording();
    await request(app)
      .post("/lambda?a=1&a=2&b=%20")
      .set("X-Ably-Signature", "sig")
      .set("Cookie", "one=1; two=2")
      .set("Content-Type", "application/json")
      .send('{"items":[]}');
    const [event] = events;
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/lambda",
      rawQueryString: "a=1&a=2&b=%20",
      queryStringParameters: { a: "1,2", b: " " },
      cookies: ["one=1", "two=2"],
      headers: { "x-ably-signature": "sig" },
      requestContext: { accountId: "anonymous", stage: "$default", http: { method: "POST", path: "/lambda" } },
      body: '{"items":[]}',
      isBase64Encoded: false,
    });
    expect(event?.headers).not.toHaveProperty("cookie");
    expect(event?.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  test.each(["application/x-msgpack", "application/octet-stream", "image/png"])(
    "carries a body of type %s in base64, byte for byte",
    async (type) => {
      const { app, events } = recording();
      const bytes = Buffer.from([0x81, 0xa1, 0xff, 0x00]);
      await request(app).post("/lambda").set("Content-Type", type).send(bytes);
      expect(events[0]).toMatchObject({ isBase64Encoded: true, body: bytes.toString("base64") });
    },
  );

  test("has no body where there is none", async () => {
    const { app, events } = recording();
    await request(app).get("/lambda");
    expect(events[0]).not.toHaveProperty("body");
    expect(events[0]).not.toHaveProperty("cookies");
  });
});

describe("the answer", () => {
  test("has the handler's status, headers and body", async () => {
    const { app } = recording({ statusCode: 401, headers: { "x-reason": "signature" }, body: '"no"' });
    const response = await request(app).post("/lambda").expect(401);
    expect(response.headers["x-reason"]).toBe("signature");
    expect(response.text).toBe('"no"');
  });

  test("is 502 without detail when the handler throws", async () => {
    const app = createServer(
      serveFunction(
        createFunctionUrl(
          () => Promise.reject(new Error("s3cr3t")),
          () => {},
        ),
      ),
    );
    const response = await request(app).post("/lambda").expect(502);
    expect(response.text).toBe("Internal Server Error");
  });

  test("is 413 for a body larger than a Function URL takes, and the function is not asked", async () => {
    const { app, events } = recording();
    const response = await request(app)
      .post("/lambda")
      .send("x".repeat(6 * 1024 * 1024 + 1))
      .expect(413);
    expect(response.body.error.code).toBe("too_large");
    expect(events).toEqual([]);
  });
});
