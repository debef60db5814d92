/** What a key may do against what it needs. */
import { expect, test } from "vitest";
import { compare } from "../../../server/doctor/capability.ts";

test.each([
  [{ a: ["publish"] }, { a: ["publish"] }, [], []],
  [{ "*": ["*"] }, { a: ["publish"] }, [], ["* on *"]],
  [{ "chat:*": ["publish"] }, { "chat:a": ["publish"] }, [], ["publish on chat:*"]],
  [{ "chat:*": ["publish"] }, { "chat:a:b": ["publish"] }, [], ["publish on chat:*"]],
  [{ "chat:*": ["publish"] }, { chat: ["publish"] }, ["publish on chat"], ["publish on chat:*"]],
  [{ "chat:*:b": ["publish"] }, { "chat:a:b": ["publish"] }, [], ["publish on chat:*:b"]],
  [{ a: ["publish", "history"] }, { a: ["publish"] }, [], ["history on a"]],
  [{ a: ["publish"] }, { a: ["publish", "history"], b: ["subscribe"] }, ["history on a", "subscribe on b"], []],
])("compares %o with what is needed, %o", (has, needs, missing, excess) => {
  expect(compare(has, needs)).toEqual({ missing, excess });
});
