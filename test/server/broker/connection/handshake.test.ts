/** The handshake when the app goes while credentials are checked. */
import { createServer } from "node:http";
import { SignJWT } from "jose";
import { expect, test } from "vitest";
import { type Broker, createBroker } from "../../../../server/broker/index.ts";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { APP } from "../broker-host.ts";
import { connectWire } from "../wire-client.ts";

/** The signature of a JWT is checked elsewhere, and meanwhile the app may go. */
test.each<[string, (broker: Broker) => unknown]>([
  ["the app is deleted", (broker) => broker.deleteApp("app")],
  ["the broker closes", (broker) => broker.close()],
  [
    "the app is deleted and made again",
    (broker) => {
      broker.deleteApp("app");
      broker.createApp(APP);
    },
  ],
])("a JWT that is being checked while %s opens no connection", async (_, happen) => {
  const broker = createBroker({ apps: [APP] });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    broker.handleUpgrade(request, socket, head);
    happen(broker);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const token = await new SignJWT({ "x-ably-clientId": "bob" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: "app.root" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(Buffer.from("root-secret"));
  const client = connectWire(port, { access_token: token });
  const connected = client.next({ action: ACTION.connected }).then(() => "connected");
  expect(await Promise.race([client.closed, connected])).toBe(1006);
  expect(broker.census("app")?.connections ?? 0).toBe(0);
  await broker.close();
  await new Promise((resolve) => server.close(resolve));
});
