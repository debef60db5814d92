/** `npm run audit -- [--since 7d] [--person PERSON]`: who did what to whom, as JSON lines, newest first. */
import { config as readDotenv } from "dotenv";
import { personOf } from "../person.ts";
import { durationMs } from "../policy/policy.ts";
import type { AuditEntry } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";
import { storeFor } from "./store-access.ts";

/** Entries since a moment, newest first. */
export async function* auditSince(store: Store, since: number): AsyncGenerator<AuditEntry> {
  for (let before: string | undefined; ; ) {
    const { entries, next } = await store.audit.list({ before });
    for (const entry of entries) {
      if (entry.at < since) return;
      yield entry;
    }
    if (next === null) return;
    before = next;
  }
}

await runAsCommand(import.meta.url, {
  name: "audit",
  does: "Prints what moderators and rules did, one JSON object a line, newest first. Times are ISO 8601.",
  options: {
    since: {
      type: "string",
      default: "7d",
      value: "TIME",
      says: "how far back: 12h, 7d, 365d; seven days when left out",
    },
    person: { type: "string", value: "PERSON", says: "only what is about this person" },
  },
  async run({ since, person }) {
    readDotenv({ quiet: true });
    const ms = durationMs(since);
    if (ms === undefined) throw new UsageError(`${JSON.stringify(since)} is no time such as 7d.`);
    const store = await storeFor(process.env);
    for await (const entry of auditSince(store, Date.now() - ms)) {
      if (person !== undefined && entry.person !== personOf(person)) continue;
      process.stdout.write(`${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`);
    }
  },
});
