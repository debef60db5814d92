/** A local product that ends and starts again: who people are, what their tokens allow and what was said is as before. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProduct } from "../../../server/product.ts";
import { enter } from "../../helpers/visitor.ts";

const quiet = { info() {}, error() {} };

test("a visitor is the same person after a restart, and goes on with the same token", async () => {
  const environment = { PORT: "0", LOCAL_BATCH_INTERVAL_MS: "0", LOCAL_DATA: mkdtempSync(join(tmpdir(), "asterism-")) };
  const first = await startProduct(environment, { log: quiet });
  const { port } = new URL(first.url);
  const ann = await enter(first.url, { name: "Ann" });
  await ann.say("from before", "ann-0");
  await ann.until("the message", (seen) => seen.some(({ sourceId }) => sourceId === "ann-0"));
  const connection = ann.client.connection.id;
  try {
    const lost = ann.client.connection.once("disconnected");
    await first.close();
    await lost;
    const second = await startProduct({ ...environment, PORT: port }, { log: quiet });
    try {
      await ann.client.connection.once("connected");
      await ann.say("still here", "ann-1");
      await ann.until("the message", (seen) => seen.some(({ sourceId }) => sourceId === "ann-1"));
      expect(ann.seen.at(-1)).toMatchObject({ text: "still here", author: ann.clientId });
      expect(ann.tokens).toBe(1);
      expect(ann.client.connection.id).toBe(connection);
      const channel = ann.client.channels.get("chat:to-clients");
      const kept = (await channel.history({ direction: "forwards" })).items;
      expect(kept.map(({ data }) => data)).toEqual(["from before", "still here"]);
      const again = await fetch(`${second.url}/auth`, { headers: { cookie: ann.cookie } });
      expect(await again.json()).toMatchObject({ clientId: ann.clientId });
    } finally {
      await ann.close();
      await second.close();
    }
  } finally {
    await ann.close();
  }
});
