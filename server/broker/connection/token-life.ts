/** The life of a token on an open connection: the prompt to renew it, and its end. */
import { type ErrorInfo, errorInfo } from "../errors.ts";
import type { Schedule } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";

/** The client is prompted this long before its token expires; at half of its life when the token is a short one. */
const RENEWAL_MS = 30_000;
const SHORTEST_FULL_MS = 31_000;
const SHORTEST_RENEWAL_MS = 5500;

/** Plans the prompt for another token and the end of this one. */
export function planTokenLife(schedule: Schedule, connection: Connection, expired: Expired): void {
  connection.callOff("tokenLife");
  const { token } = connection.grant;
  if (token === undefined) return;
  const planEnd = (): void =>
    connection.plan("tokenLife", token.expires, () => {
      expired(connection, errorInfo(40142, "unable to stay connected; the token has expired"));
    });
  const left = token.expires - schedule.now();
  if (left < SHORTEST_RENEWAL_MS) {
    planEnd();
    return;
  }
  const lead = left > SHORTEST_FULL_MS ? RENEWAL_MS : left / 2;
  connection.plan("tokenLife", token.expires - lead, () => {
    connection.send({ action: ACTION.auth });
    planEnd();
  });
}

type Expired = (connection: Connection, error: ErrorInfo) => void;
