/** DNS rebinding: a name that somebody else points to this machine gets nothing from a local product, on any of its doors. */
import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { type Product, startProduct } from "../../../server/product.ts";

let product: Product;
beforeAll(async () => {
  product = await startProduct(
    { PORT: "0", LOCAL_DATA: "memory", ALLOWED_HOSTS: "chat.test" },
    { log: { info() {}, error() {} } },
  );
});
afterAll(() => product.close());

async function status(path: string, host: string): Promise<number | undefined> {
  const asked = request(`${product.url}${path}`, { headers: { host } }).end();
  const [response] = await once(asked, "response");
  response.resume();
  return response.statusCode;
}

/** How an upgrade is answered: by the status of a refusal, or by 101. */
async function upgrade(host: string): Promise<number> {
  const options: ClientOptions = { headers: { host } };
  const socket = new WebSocket(product.url.replace("http", "ws"), options);
  return await new Promise((resolve, reject) => {
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on("open", () => {
      resolve(101);
      socket.terminate();
    });
    socket.on("error", reject);
  });
}

test.each(["/", "/auth", "/config", "/health", "/time", "/channels", "/keys/local.key/requestToken", "/lambda"])(
  "GET %s under another name is refused",
  async (path) => expect(await status(path, "rebound.example")).toBe(403),
);

test("a WebSocket under another name is refused", async () => {
  expect(await upgrade("rebound.example")).toBe(403);
});

test.each(["localhost", "127.0.0.1:1", "[::1]", "chat.test:8080"])("%s is answered", async (host) => {
  expect(await status("/time", host)).toBe(200);
  expect(await upgrade(host)).toBe(101);
});
