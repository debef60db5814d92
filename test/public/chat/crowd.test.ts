/** What is made of the people of a room is made once for the same people. */
import { expect, test } from "vitest";
import { ofCrowd } from "../../../public/src/chat/crowd.ts";
import { initialState, type State } from "../../../public/src/chat/state.ts";
import { who } from "../../../public/src/common/who.ts";

const ann = who("Ann.abc234");
const bob = who("Bob.bbb222");
const eve = who("Eve.eee222");
const state = (change: Partial<State>): State => ({ ...initialState(""), me: ann, ...change });
const here = (...people: (typeof ann)[]) => people.map((one) => ({ who: one, typing: false }));

test("the same people are the same crowd; whoever comes, goes or is oneself by another name makes another one", () => {
  const crowdOf = ofCrowd((crowd, me) => ({ ids: crowd.map(({ id }) => id), me: me?.id }));
  const first = crowdOf(state({ people: here(bob) }));
  expect(first).toEqual({ ids: [bob.id, ann.id], me: ann.id });
  expect(crowdOf(state({ people: here(bob), unread: 1 }))).toBe(first);
  expect(crowdOf(state({ people: here(bob, eve) })).ids).toContain(eve.id);
  expect(crowdOf(state({ people: here(eve) })).ids).toEqual([eve.id, ann.id]);
  const annie = who("Annie.abc234");
  const both = crowdOf(state({ people: here(ann, annie) }));
  expect(crowdOf(state({ people: here(ann, annie), me: annie }))).not.toBe(both);
});
