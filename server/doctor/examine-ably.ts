/** The examination of an Ably app: variables, clock, keys, channel rules, a token, and a probe through all of it. */
import { storeIn } from "../../lambda/config.ts";
import { KEYS } from "../../lambda/keys.ts";
import { connectionTo } from "../ably-connection.ts";
import { type Config, type EnvironmentVariables, listOf } from "../config.ts";
import { clientIdOf, newPerson } from "../identity/person.ts";
import { createTokenIssuer } from "../tokens/token-issuer.ts";
import { clockSkew } from "./clock.ts";
import { functionVariables } from "./function-variables.ts";
import { examineKey, type KeyToExamine } from "./keys.ts";
import { persistence } from "./persistence.ts";
import { bannedWord, PROBE_ROOM, probe } from "./probe.ts";
import { skip, type Tell } from "./report.ts";
import { examineFunctionStore, examineTable } from "./store.ts";
import { exchange } from "./token.ts";

export interface AblyExamination {
  readonly backend: Extract<Config["backend"], { mode: "ably" }>;
  readonly env: EnvironmentVariables;
  readonly tell: Tell;
  readonly probeMs: number;
}

/** Examines the Ably app of `ABLY_API_KEY`. */
export async function examineAbly({ backend, env, tell, probeMs }: AblyExamination): Promise<void> {
  tell("function's variables", functionVariables(env));
  const connection = connectionTo(backend.endpoint);
  if (!tell("clock", await clockSkew(connection))) return void tell("probe", skip("Ably cannot be reached"));
  for (const key of keysOf(backend.key, env)) {
    const isSet = key.key !== "";
    const without =
      key.variable === KEYS.desk.variable
        ? "not set, so there is no desk"
        : "not set here; the deployed function may have it";
    const finding = isSet ? await examineKey(key, connection) : skip(without);
    tell(key.variable, finding);
  }
  tell("store", await examineTable(env));
  tell("persistence", await persistence(backend.key.split(".")[0] ?? "", env));
  const person = newPerson();
  const clientId = clientIdOf({ name: "Doctor", person });
  const issuer = createTokenIssuer(backend.key);
  const exchanged = await exchange(await issuer.issue(clientId, PROBE_ROOM), connection);
  if (!tell("token", exchanged)) return void tell("probe", skip("there is no token"));
  // The other kind of token: the one that comes with the page.
  const token = await issuer.sign(clientId, PROBE_ROOM);
  const probed = await probe({ connection, token, clientId, bannedWord: bannedWord(env), timeoutMs: probeMs });
  tell("probe", probed);
  if (probed.kind === "pass" && storeIn(env) !== undefined) {
    tell("function's store", await examineFunctionStore(env, person));
  }
}

function keysOf(tokensKey: string, env: EnvironmentVariables): KeyToExamine[] {
  const { tokens, publishing, signing, desk } = KEYS;
  const signingKeys = listOf(env.ABLY_SIGNING_KEY);
  return [
    { variable: tokens.variable, key: tokensKey, needs: tokens.capability },
    { variable: publishing.variable, key: env.ABLY_PUBLISH_KEY ?? "", needs: publishing.capability },
    ...(signingKeys.length === 0 ? [""] : signingKeys).map((key) => ({
      variable: signing.variable,
      key,
      needs: signing.capability,
      signsOnly: true,
    })),
    { variable: desk.variable, key: env.ABLY_DESK_KEY ?? "", needs: desk.capability },
  ];
}
