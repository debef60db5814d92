import { errorInfo } from "../errors.ts";
import type { Schedule } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";

/** The client is prompted this long before its token expires; at half of its life when the token is a short one. */
const RENEWAL_MS = 30_000;
const SHORTEST_FULL_MS = 31_000;
const SHORTEST_RENEWAL_MS = 5500;

/** Plans the prompt for another token and the end of this one. */
export function planTokenLife(schedule: Schedule, connection: Connection, expired: Expired): void {
  cancelTokenLife(schedule, connection);
  const { token } = connection.grant;
  if (token === undefined) return;
  const left = token.expires - schedule.now();
  if (left < SHORTEST_RENEWAL_MS) {
    planEnd(schedule, connection, token.expires, expired);
    return;
  }
  const lead = left > SHORTEST_FULL_MS ? RENEWAL_MS : left / 2;
  connection.tokenTask = schedule.add(token.expires - lead, () => {
    connection.send({ action: ACTION.auth });
    planEnd(schedule, connection, token.expires, expired);
  });
}

export function cancelTokenLife(schedule: Schedule, connection: Connection): void {
  if (connection.tokenTask !== undefined) schedule.cancel(connection.tokenTask);
  connection.tokenTask = undefined;
}

function planEnd(schedule: Schedule, connection: Connection, at: number, expired: Expired): void {
  connection.tokenTask = schedule.add(at, () => {
    connection.tokenTask = undefined;
    expired(connection, errorInfo(40142, "unable to stay connected; the token has expired"));
  });
}

type Expired = (connection: Connection, error: ReturnType<typeof errorInfo>) => void;
