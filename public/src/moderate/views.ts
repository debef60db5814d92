/** The five views of the desk, and the address of each: `#people/k3v9x2m4qa`. */

export const VIEWS = ["queue", "live", "people", "policy", "audit"] as const;
export type ViewName = (typeof VIEWS)[number];

export const TITLES: Readonly<Record<ViewName, string>> = {
  queue: "Queue",
  live: "Live",
  people: "People",
  policy: "Policy",
  audit: "Audit",
};

/** Where somebody is on the desk. */
export interface Place {
  readonly view: ViewName;
  /** What the view shows of its things, such as a person. */
  readonly about: string;
}

/** Reads the hash of an address; what it does not know is the queue. */
export function placeOf(hash: string): Place {
  const [name = "", ...rest] = hash.replace(/^#/, "").split("/");
  const view = VIEWS.find((known) => known === name) ?? "queue";
  return { view, about: decoded(rest.join("/")) };
}

/** The address of a place. */
export function addressOf(view: ViewName, about = ""): string {
  return about === "" ? `#${view}` : `#${view}/${encodeURIComponent(about)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
