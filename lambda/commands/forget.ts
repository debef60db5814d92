/** `npm run forget -- PERSON`: removes what the store keeps of a person. */
import { config as readDotenv } from "dotenv";
import { personOf } from "../person.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";
import { storeFor } from "./store-access.ts";

await runAsCommand(import.meta.url, {
  name: "forget",
  does: "Removes the cases, the texts and the audit entries of a person. A mute or a ban in force stays, so that nobody gets\nout of it this way. What was published is Ably's to keep or to delete.",
  options: { sanctions: { type: "boolean", default: false, says: "lifts and forgets a mute or a ban too" } },
  words: "PERSON",
  async run({ sanctions }, [person, ...more]) {
    readDotenv({ quiet: true });
    if (person === undefined || more.length > 0) throw new UsageError("forget takes one person.");
    const store = await storeFor(process.env);
    const removed = await store.forget(personOf(person), sanctions);
    process.stdout.write(`${removed} items are gone\n`);
  },
});
