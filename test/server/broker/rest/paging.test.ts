/** The pages of a REST answer. */
import { request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../../server/broker/limits.ts";
import { readPage } from "../../../../server/broker/rest/paging.ts";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";

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

describe("over HTTP", () => {
  let host: BrokerHost;
  beforeAll(async () => {
    host = await hostBroker();
  });
  afterAll(() => host.close());

  /** Sends a request as it stands, and reads the answer up to the end of its body. */
  const exchange = (target: string): Promise<{ links: readonly string[]; body: unknown }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Basic ${Buffer.from(KEY).toString("base64")}` };
      const sent = request({ port: host.port, host: "127.0.0.1", path: target, headers }, async (response) => {
        const links = response.rawHeaders.filter((_, at) => response.rawHeaders[at - 1] === "Link");
        resolve({ links, body: await json(response) });
      });
      sent.on("error", reject).end();
    });

  test("each link is a header of its own, and leads to the next page", async () => {
    for (const text of ["1", "2", "3"]) await host.rest().channels.get("room").publish("n", text);
    const first = await exchange("/channels/room/messages?limit=2");
    expect(first.links.map((link) => /rel="(.*)"/.exec(link)?.[1])).toEqual(["first", "current", "next"]);
    const next = /<\.(.*)>/.exec(first.links[2] ?? "")?.[1];
    const second = await exchange(`/channels/room${next}`);
    expect(second.links).toHaveLength(2);
    expect(second.body).toMatchObject([{ data: "1" }]);
  });

  test("a request in absolute form, as to a proxy, is answered like any other", async () => {
    const { body } = await exchange(`http://127.0.0.1:${host.port}/channels/room/messages?limit=1`);
    expect(body).toMatchObject([{ data: "3" }]);
  });
});
