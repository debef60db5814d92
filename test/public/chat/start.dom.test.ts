/** What the server handed out with the document, and what is asked for with it at once. */
import { expect, test } from "vitest";
import { begin } from "../../../public/src/chat/start.ts";

const start = {
  settings: { mode: "ably", endpoint: "broker.test", port: 8080, tls: false, channels: { outbound: "to:garden" } },
  token: { token: "a.b.c", clientId: "Ann.abcdefghij" },
};
const put = (text: string) => {
  document.body.innerHTML = `<script type="application/json" id="start">${text}</script>`;
};

function asking(answer: () => Response | Promise<Response>) {
  const asked: { address: string; headers: Headers }[] = [];
  const request: typeof fetch = async (address, init) => {
    asked.push({ address: String(address), headers: new Headers(init?.headers) });
    return await answer();
  };
  return { asked, request };
}

const nobody = asking(() => Response.json([])).request;

test("is taken out of the document, once", () => {
  put(JSON.stringify(start));
  expect(begin(document, 200, nobody).start).toEqual(start);
  expect(begin(document, 200, nobody).start).toBeNull();
});

test("asks for the newest messages of the room with the token, once", async () => {
  put(JSON.stringify(start));
  const { asked, request } = asking(() => Response.json([{ id: "1" }]));
  expect(await begin(document, 200, request).recent).toEqual([{ id: "1" }]);
  expect(asked.map(({ address }) => address)).toEqual([
    "http://broker.test:8080/channels/to%3Agarden/messages?limit=50",
  ]);
  expect(asked[0]?.headers.get("authorization")).toBe(`Bearer ${btoa("a.b.c")}`);
});

test.each([
  ["the token is refused", () => Response.json({ error: { code: 40144 } }, { status: 401 })],
  ["nobody answers", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["something else answers", () => new Response("<title>Welcome</title>")],
  ["the answer is no list", () => Response.json({ error: {} })],
])("asks no second time when %s", async (_case, answer) => {
  put(JSON.stringify(start));
  const { asked, request } = asking(answer);
  expect(await begin(document, 200, request).recent).toBeNull();
  expect(asked).toHaveLength(1);
});

test.each([
  ["the document has been lying about", JSON.stringify(start), 40_000, { ...start, token: null }],
  ["there is no token", JSON.stringify({ ...start, token: null }), 200, { ...start, token: null }],
  ["there is nothing", "", 200, null],
])("asks for nothing where %s", async (_case, text, age, expected) => {
  put(text);
  const { asked, request } = asking(() => Response.json([]));
  const early = begin(document, age, request);
  expect(early.start).toEqual(expected);
  expect(await early.recent).toBeNull();
  expect(asked).toEqual([]);
});
