/** The crowd: everybody who is here, or has spoken, and oneself. What is made of it is made anew only when somebody comes or goes. */
import type { Who } from "../common/who.ts";
import type { State } from "./state.ts";

/** Answers the function that answers what is made of the crowd of a state: the same thing while it is the same people. */
export function ofCrowd<Made>(
  make: (crowd: readonly Who[], me: Who | null) => Made,
): (state: Pick<State, "entries" | "people" | "me">) => Made {
  let latest: { readonly crowd: ReadonlyMap<string, Who>; readonly me: Who | null; readonly made: Made } | undefined;
  return ({ entries, people, me }) => {
    const crowd = new Map<string, Who>();
    const add = (one: Who): unknown => crowd.set(one.id, one);
    for (const entry of entries) if (entry.kind === "message") add(entry.author);
    for (const { who } of people) add(who);
    if (me !== null) add(me);
    const isSame =
      latest?.me?.id === me?.id &&
      latest?.crowd.size === crowd.size &&
      [...crowd.keys()].every((id) => latest?.crowd.has(id));
    if (latest === undefined || !isSame) latest = { crowd, me, made: make([...crowd.values()], me) };
    return latest.made;
  };
}
