import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../server/broker/limits.ts";
import { readPage } from "../../../server/broker/rest/paging.ts";

const read = (query: string) => readPage(new URLSearchParams(query), DEFAULT_LIMITS);

describe("the limit of a page", () => {
  test("is 100 unless another is asked for, up to 1000", () => {
    expect(read("")).toMatchObject({ ok: true, value: { limit: 100 } });
    expect(read("limit=1")).toMatchObject({ ok: true, value: { limit: 1 } });
    expect(read("limit=1000")).toMatchObject({ ok: true, value: { limit: 1000 } });
  });

  test.each(["0", "-1", "1.5", "1001", "NaN", "many"])("is refused as %s", (limit) => {
    expect(read(`limit=${limit}`)).toMatchObject({ ok: false, error: { code: 40003 } });
  });
});
