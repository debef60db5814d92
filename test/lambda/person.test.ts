/** Client ids: the name and the person in them. */
import { expect, test } from "vitest";
import { noticesChannel } from "../../lambda/channels.ts";
import { displayName, personOf } from "../../lambda/person.ts";

test.each([
  ["Ann.k3v9x2m4qa", "Ann", "k3v9x2m4qa"],
  ["Ann.abc234", "Ann", "abc234"],
  ["A. Nobody.k3v9x2m4qa", "A. Nobody", "k3v9x2m4qa"],
  ["somebody", "somebody", "somebody"],
  ["a.b", "a.b", "b"],
  ["Ann. potato", "Ann. potato", " potato"],
])("%s is called %s and is %s", (clientId, name, person) => {
  expect(displayName(clientId)).toBe(name);
  expect(personOf(clientId)).toBe(person);
  expect(noticesChannel(clientId)).toBe(`chat:notices:${person}`);
});
