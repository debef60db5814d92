/** A local product that ends: what it acknowledged has come out before. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProduct } from "../../../server/product.ts";
import { enter } from "../../helpers/visitor.ts";

// SIGTERM with ten acknowledged messages published one of them: the others waited for the pause between two batches.
test("a message that was acknowledged is delivered before the product ends", async () => {
  const environment = { PORT: "0", LOCAL_DATA: mkdtempSync(join(tmpdir(), "asterism-")) };
  const product = await startProduct(environment, { log: { info() {}, error() {} } });
  const ann = await enter(product.url, { name: "Ann" });
  try {
    await Promise.all(Array.from({ length: 10 }, (_, at) => ann.say(`word ${at}`, `ann-${at}`)));
    await product.close();
    expect(ann.seen.map(({ sourceId }) => sourceId)).toEqual(Array.from({ length: 10 }, (_, at) => `ann-${at}`));
  } finally {
    await ann.close();
    await product.close();
  }
});
