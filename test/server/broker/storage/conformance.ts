/** What every storage does, whatever it is made of. */
import { expect, test } from "vitest";
import type { Storage } from "../../../../server/broker/storage/storage.ts";

/** `reopen` lets go of a storage and opens it again, as a second broker does. */
interface Subject {
  open(): Promise<Storage>;
  reopen(storage: Storage): Promise<Storage>;
}

export function describeStorage({ open, reopen }: Subject): void {
  const text = async (storage: Storage): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key, value } of storage.entries()) found.push(`${key}=${value.toString()}`);
    return found;
  };
  const put = (key: string, value: string) => ({ key, value: Buffer.from(value) });

  test("is empty at first", async () => {
    const storage = await open();
    expect(await text(storage)).toEqual([]);
    await storage.close();
  });

  test("answers what was written, in the order of the keys as UTF-8", async () => {
    const storage = await open();
    await storage.write([put("b", "2"), put("a\nz", "1"), put("😀", "5"), put("\uffee", "4"), put("a", "0")]);
    expect(await text(storage)).toEqual(["a=0", "a\nz=1", "b=2", "\uffee=4", "😀=5"]);
    await storage.close();
  });

  test("the last change of a key counts, within a write and after it", async () => {
    const storage = await open();
    await storage.write([put("a", "1"), put("a", "2"), put("b", "1"), { key: "b" }]);
    await storage.write([put("c", "1")]);
    await storage.write([put("c", "2"), { key: "nobody knows it" }]);
    expect(await text(storage)).toEqual(["a=2", "c=2"]);
    await storage.close();
  });

  test("keeps everything for the next who opens it", async () => {
    const first = await open();
    await first.write(
      Array.from({ length: 2_000 }, (_, at) => put(`k${String(at).padStart(4, "0")}`, "x".repeat(999))),
    );
    await first.write(Array.from({ length: 1_000 }, (_, at) => ({ key: `k${String(at * 2).padStart(4, "0")}` })));
    await first.compact();
    const second = await reopen(first);
    const kept = await text(second);
    expect(kept.length).toBe(1_000);
    expect(kept.at(0)?.slice(0, 8)).toBe("k0001=xx");
    expect(kept.at(-1)?.slice(0, 8)).toBe("k1999=xx");
    await second.close();
  });

  test("values are bytes, and may be empty", async () => {
    const first = await open();
    await first.write([{ key: "bytes", value: Buffer.from([0, 255, 10]) }, put("empty", "")]);
    const second = await reopen(first);
    const values: Buffer[] = [];
    for await (const { value } of second.entries()) values.push(Buffer.from(value));
    expect(values).toEqual([Buffer.from([0, 255, 10]), Buffer.alloc(0)]);
    await second.close();
  });

  test("can be closed twice", async () => {
    const storage = await open();
    await storage.close();
    await storage.close();
  });
}
