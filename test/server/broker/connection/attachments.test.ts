/** The attachments of one connection. */
import { expect, test } from "vitest";
import type { Held } from "../../../../server/broker/connection/attachments.ts";
import { Attachments } from "../../../../server/broker/connection/attachments.ts";

const held = (name: string): Held => ({ attachment: { name } }) as Held;

test("attachments are found by name, be it none, one or many", () => {
  const attachments = new Attachments();
  expect([attachments.size, attachments.get("a"), attachments.all()]).toEqual([0, undefined, []]);
  const [a, again, b] = [held("a"), held("a"), held("b")];
  attachments.add(a);
  expect([attachments.size, attachments.get("a"), attachments.get("b")]).toEqual([1, a, undefined]);
  attachments.add(again);
  expect([attachments.size, attachments.get("a")]).toEqual([1, again]);
  attachments.add(b);
  expect([attachments.size, attachments.all()]).toEqual([2, [again, b]]);
  attachments.delete("a");
  attachments.delete("c");
  expect([attachments.size, attachments.get("a"), attachments.all()]).toEqual([1, undefined, [b]]);
  attachments.delete("b");
  expect([attachments.size, attachments.all()]).toEqual([0, []]);
});

test("what is taken off while all are gone through takes nothing from the rest", () => {
  const attachments = new Attachments();
  for (const name of ["a", "b", "c"]) attachments.add(held(name));
  const seen: string[] = [];
  for (const { attachment } of attachments.all()) {
    seen.push(attachment.name);
    attachments.delete(attachment.name);
  }
  expect([seen, attachments.size]).toEqual([["a", "b", "c"], 0]);
});
