/** The end of one WebSocket. */
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { hostBroker, KEY } from "../broker-host.ts";

test("a peer that does not answer the closing handshake is cut off, even after the broker is closed", async () => {
  const limits = { closingMs: 1, slowReaderMs: 60_000 };
  const host = await hostBroker({ clock: createFakeClock(Date.now()), limits });
  const peer = connect(host.port, "127.0.0.1");
  const closed = new Promise<void>((resolve) => peer.once("close", () => resolve()));
  peer.write(
    `GET /?key=${KEY}&v=6 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await new Promise((resolve) => peer.once("data", resolve));
  peer.resume(); // reads, and says nothing
  await host.broker.close();
  await closed;
  expect(peer.destroyed).toBe(true);
  await host.close();
});
