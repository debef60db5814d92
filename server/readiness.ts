/** Whether the server is able to do its work: at Ably that is whether Ably answers. */
import * as Ably from "ably";
import { connectionTo, restOptions } from "./ably-connection.ts";
import type { Endpoint } from "./config.ts";
import { limits } from "./limits.ts";

/** A sentence about what is missing; undefined when nothing is. */
export type Readiness = () => Promise<string | undefined>;

/** Asks Ably for the time, which needs no key, and remembers the answer for a moment: probes come from anywhere. */
export function ablyReadiness(endpoint: Endpoint | undefined, now: () => number = Date.now): Readiness {
  const options = { ...restOptions(connectionTo(endpoint), limits.readyMs), key: "no.key:needed" };
  const rest = new Ably.Rest(options);
  let known: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined;
  const ask = () =>
    rest.time().then(
      () => undefined,
      () => "The broker cannot be reached.",
    );
  return () => {
    if (known === undefined || now() - known.at >= limits.readyAgeMs) known = { at: now(), answer: ask() };
    return known.answer;
  };
}
