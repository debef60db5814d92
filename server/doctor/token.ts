/** Step "token": a token request of the server, exchanged as a browser would. */
import * as Ably from "ably";
import { type Connection, restOptions } from "../ably-connection.ts";
import { type Finding, fail, pass, REQUEST_MS, sentence } from "./report.ts";

export async function exchange(token: Ably.TokenRequest, connection: Connection): Promise<Finding> {
  try {
    const rest = new Ably.Rest({
      ...restOptions(connection, REQUEST_MS),
      authCallback: (_params, done) => done(null, token),
    });
    const { clientId, capability } = await rest.auth.requestToken();
    return pass(`issued and accepted for ${clientId}: ${Object.keys(JSON.parse(capability)).length} channels`);
  } catch (error) {
    return fail(`Ably refuses the token request: ${sentence(error)}`, "check ABLY_API_KEY and the clock");
  }
}
