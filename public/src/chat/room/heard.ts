/** What a client tells of its room: events of the page's state, and that it is of no more use itself. */
import type { Event } from "../state.ts";

export type Heard =
  | Extract<
      Event,
      { type: "identified" | "connection" | "joined" | "arrived" | "filled" | "earlier" | "noticed" | "people" }
    >
  /** The server now says that we are somebody else: another tab changed the name. */
  | { readonly type: "outdated" };

export type Hear = (heard: Heard) => void;
