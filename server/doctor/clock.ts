/** Step "clock": how far this machine's clock is from Ably's. */
import * as Ably from "ably";
import { type Connection, restOptions } from "../ably-connection.ts";
import { type Finding, fail, pass, REQUEST_MS, sentence, warn } from "./report.ts";

const SKEW_WARN_MS = 10_000;
/** Ably refuses token requests that are further off. */
const SKEW_FAIL_MS = 120_000;

export async function clockSkew(connection: Connection): Promise<Finding> {
  const startedAt = Date.now();
  try {
    const there = await new Ably.Rest({ ...restOptions(connection, REQUEST_MS), key: "no.key:needed" }).time();
    const skew = Math.round(there - (startedAt + Date.now()) / 2);
    const detail = `${Math.abs(skew)} ms ${skew < 0 ? "ahead of" : "behind"} Ably`;
    if (Math.abs(skew) > SKEW_FAIL_MS)
      return fail(detail, "set the clock (NTP): Ably refuses tokens that are 2 minutes off");
    return Math.abs(skew) > SKEW_WARN_MS
      ? warn(detail, "set the clock (NTP) before it is 2 minutes off")
      : pass(detail);
  } catch (error) {
    const remedy = "check the network, ABLY_ENDPOINT, ABLY_PORT and ABLY_TLS";
    return fail(`Ably cannot be reached: ${sentence(error)}`, remedy);
  }
}
