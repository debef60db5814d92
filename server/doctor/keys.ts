/** The steps named after keys: what each key may do, against what it needs. */
import * as Ably from "ably";
import * as z from "zod";
import { type Connection, restOptions } from "../ably-connection.ts";
import { type Capability, compare } from "./capability.ts";
import { type Finding, fail, pass, REQUEST_MS, sentence, warn } from "./report.ts";

export interface KeyToExamine {
  /** The variable that holds the key. */
  readonly variable: string;
  readonly key: string;
  readonly needs: Capability;
  /** A signing key needs no rights at all; what it has must only be harmless. */
  readonly signsOnly?: boolean;
}

/** A token that asks for nothing in particular gets all that its key may do. */
export async function examineKey(
  { variable, key, needs, signsOnly = false }: KeyToExamine,
  connection: Connection,
): Promise<Finding> {
  try {
    const rest = new Ably.Rest({ ...restOptions(connection, REQUEST_MS), key });
    const { capability } = await rest.auth.requestToken({}, { key });
    const has = z.record(z.string(), z.array(z.string())).parse(JSON.parse(capability));
    const { missing, excess } = compare(has, needs);
    if (excess.length > 0 && (signsOnly || missing.length === 0)) return tooWide(excess);
    if (signsOnly) return pass("valid, and good for nothing but signing");
    if (missing.length === 0) return pass("may do exactly what it needs");
    return fail(`it may not ${missing.join(", ")}`, "correct its capability: npm run ably:setup does");
  } catch (error) {
    const remedy = `set ${variable} to a key of this app that is not revoked`;
    return fail(`Ably does not take it: ${sentence(error)}`, remedy);
  }
}

function tooWide(excess: readonly string[]): Finding {
  const shown = excess.slice(0, 3).join(", ") + (excess.length > 3 ? " and more" : "");
  return warn(`it works, but may also ${shown}`, "use a narrower key: npm run ably:setup makes them");
}
