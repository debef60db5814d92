/** The page's notices, from the real broker: a sender is told whatever else the connection was told at the time. */
import { afterEach, expect, test, vi } from "vitest";
import { listenToNotices } from "../../../public/src/chat/room/notices.ts";
import { type BrokerHost, hostBroker } from "../../server/broker/broker-host.ts";

let host: BrokerHost;
afterEach(() => host.close());

test("a notice that was dropped beyond the outbound rate is heard, and each is heard once", async () => {
  host = await hostBroker({ limits: { outboundRate: 3 } });
  const client = host.realtime();
  const heard: string[] = [];
  listenToNotices(client, "notices:ann", ({ sourceId }) => void heard.push(sourceId));
  await vi.waitFor(() => expect(client.channels.get("notices:ann").state).toBe("attached"), 20_000);
  const notices = host.rest().channels.get("notices:ann");
  const ids = Array.from({ length: 10 }, (_, number) => `message-${number}`);
  for (const id of ids) {
    const data = { "source-id": id, outcome: "failed", reason: "not-delivered", message: "Try again." };
    await notices.publish("notice", data);
  }
  await vi.waitFor(() => expect([...heard].sort()).toEqual(ids), { timeout: 10_000 });
});
