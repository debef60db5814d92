/** The name of whoever has chosen none: the server writes it into client ids, and the page reads it there. */
import { expect, test } from "vitest";
import { NO_NAME } from "../../public/src/common/who.ts";
import { DEFAULT_NAME } from "../../server/identity/person.ts";

test("the page takes the name that the server gives for no name", () => {
  expect(NO_NAME).toBe(DEFAULT_NAME);
});
