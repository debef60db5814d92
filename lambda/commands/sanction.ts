/** `npm run sanction -- mute|ban|lift PERSON --for 1h --reason "…"`: what a person is under. */
import { config as readDotenv } from "dotenv";
import { sanctionPerson } from "../desk/sanction-person.ts";
import { durationMs } from "../policy/policy.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";
import { operator, storeFor } from "./store-access.ts";

const REFUSALS = {
  "unknown-person": "that is no person; give the part of a client id after its last dot",
  "not-sanctioned": "the person is neither muted nor banned",
  "too-many-sanctions": "so many people are muted or banned that there is no room; lift some first",
} as const;

await runAsCommand(import.meta.url, {
  name: "sanction",
  does: "mute PERSON: may read and not write. ban PERSON: may not enter, and the tokens end. lift PERSON: ends either.\nPERSON is what follows the last dot of a client id, or the whole id. It is in force everywhere within three seconds.",
  options: {
    for: {
      type: "string",
      default: "forever",
      value: "TIME",
      says: "how long: 30s, 15m, 1h, 2d; for good when left out",
    },
    reason: { type: "string", default: "", value: "TEXT", says: "why; a banned person reads it" },
  },
  words: "mute PERSON | ban PERSON | lift PERSON",
  async run({ for: time, reason }, [kind, person, ...more]) {
    readDotenv({ quiet: true });
    if ((kind !== "mute" && kind !== "ban" && kind !== "lift") || person === undefined || more.length > 0) {
      throw new UsageError("sanction takes mute, ban or lift, and one person.");
    }
    const ms = durationMs(time);
    if (ms === undefined && time !== "forever") throw new UsageError(`${JSON.stringify(time)} is no time such as 15m.`);
    const until = ms === undefined || kind === "lift" ? undefined : Date.now() + ms;
    const store = await storeFor(process.env);
    const done = await sanctionPerson(store, { kind, person, until, reason, by: operator(process.env) });
    if (!done.ok) throw new Error(`unable to do that; ${REFUSALS[done.code]}`);
    const end = until === undefined ? "for good" : `until ${new Date(until).toISOString()}`;
    process.stdout.write(
      kind === "lift" ? `${done.change.person}: lifted\n` : `${done.change.person}: ${kind}, ${end}\n`,
    );
  },
});
