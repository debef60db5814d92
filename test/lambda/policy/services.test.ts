/** Classifiers of others: what is sent to them over real HTTP, and that anything but a proper answer in time is no answer. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { policyLimits } from "../../../lambda/policy/limits.ts";
import { createAskService } from "../../../lambda/policy/services.ts";

/** What OpenAI's moderation endpoint answered, as its API reference records it; shortened to three categories. */
const RECORDED = {
  id: "modr-970d409ef3bef3b70c73d8232df86e7d",
  model: "omni-moderation-latest",
  results: [
    {
      flagged: true,
      categories: { harassment: false, "self-harm/intent": false, violence: true },
      category_scores: { harassment: 0.0011, "self-harm/intent": 0.0002, violence: 0.8599 },
      category_applied_input_types: { harassment: ["text"], "self-harm/intent": ["text"], violence: ["text"] },
    },
  ],
};
const SECRET = "sk-a-secret-of-this-test";
const PATIENCE_MS = 10_000;

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

let server: Server;
let url: string;
let asked: Asked[];
let answer: RequestListener;

const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      asked.push({ method, path, headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/moderations`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = json(RECORDED);
});

const question = { text: "I will hurt you", room: "garden" };
const askOpenAi = (timeoutMs = PATIENCE_MS) =>
  createAskService({ openai: { kind: "openai", url, secret: SECRET } })("openai", question, timeoutMs);

test("OpenAI is asked about the text alone, and answers a score for each category", async () => {
  expect(await askOpenAi()).toEqual(RECORDED.results[0]?.category_scores);
  expect(asked).toEqual([
    expect.objectContaining({
      method: "POST",
      path: "/v1/moderations",
      body: { model: "omni-moderation-latest", input: question.text },
    }),
  ]);
  expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, "content-type": "application/json" });
});

test("OpenAI's own address and another model are used where nothing and something is set", async () => {
  const sent: { url: string; model: unknown }[] = [];
  const send = (async (to, init) => {
    sent.push({ url: String(to), model: JSON.parse(String(init?.body)).model });
    return Response.json(RECORDED);
  }) as typeof fetch;
  await createAskService({ openai: { kind: "openai", model: "omni-moderation-2024-09-26" } }, send)(
    "openai",
    question,
    PATIENCE_MS,
  );
  expect(sent).toEqual([{ url: "https://api.openai.com/v1/moderations", model: "omni-moderation-2024-09-26" }]);
});

test("a classifier of one's own is sent text and room, without a secret where none is set", async () => {
  answer = json({ scores: { spam: 0.9 } });
  expect(await createAskService({ ours: { url } })("ours", question, PATIENCE_MS)).toEqual({ spam: 0.9 });
  expect(asked[0]?.body).toEqual(question);
  expect(asked[0]?.headers.authorization).toBeUndefined();
});

test.each<[string, RequestListener]>([
  ["refuses the secret", json({ error: { code: "invalid_api_key", message: `Incorrect key: ${SECRET}` } }, 401)],
  ["is asked too often", json({ error: { code: "rate_limit_exceeded" } }, 429)],
  ["has a fault", json({ error: { code: "server_error" } }, 500)],
  ["answers what is no JSON", json("<html>busy</html>")],
  ["answers nothing", json("")],
  ["answers no result", json({ ...RECORDED, results: [] })],
  ["answers scores that are no numbers", json({ results: [{ category_scores: { violence: "high" } }] })],
  ["answers without end", (_request, response) => void response.end("x".repeat(policyLimits.serviceBytes + 1))],
  ["leads elsewhere", (_request, response) => void response.writeHead(302, { location: "/elsewhere" }).end()],
  ["hangs up", (request) => void request.socket.destroy()],
])("a service that %s gives no answer, and no error that could carry the secret", async (_what, how) => {
  answer = how;
  expect(await askOpenAi()).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("a service that takes longer than the rule waits gives no answer", async () => {
  answer = () => undefined;
  expect(await askOpenAi(20)).toBeUndefined();
});

test("a service that is not configured is not asked, whatever its name", async () => {
  for (const name of ["other", "toString", "__proto__"])
    expect(await createAskService({})(name, question, PATIENCE_MS)).toBeUndefined();
  expect(asked).toEqual([]);
});
