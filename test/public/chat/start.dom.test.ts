/** What the server hands out with the document. */
import { expect, test } from "vitest";
import { takeStart } from "../../../public/src/chat/start.ts";

const start = { settings: { mode: "local" }, token: { clientId: "Ann.abcdefghij" } };
const put = (text: string) => {
  document.body.innerHTML = `<script type="application/json" id="start">${text}</script>`;
};

test("is taken out of the document, once", () => {
  put(JSON.stringify(start));
  expect(takeStart(document, 200)).toEqual(start);
  expect(takeStart(document, 200)).toBeNull();
});

test("is without its token when the document has been lying about", () => {
  put(JSON.stringify(start));
  expect(takeStart(document, 40_000)).toEqual({ ...start, token: null });
});

test("may be missing", () => {
  put("");
  expect(takeStart(document, 200)).toBeNull();
});
