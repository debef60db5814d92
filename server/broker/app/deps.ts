/** What every app of a broker is given by it. */
import type { Random } from "../ids.ts";
import type { Limits } from "../limits.ts";
import type { BrokerLog, Undelivered } from "../options.ts";
import type { Schedule } from "../schedule.ts";
import type { Turn } from "../turn.ts";

export interface AppDeps {
  readonly schedule: Schedule;
  readonly turn: Turn;
  readonly random: Random;
  readonly limits: Limits;
  readonly log: BrokerLog;
  readonly undelivered: (event: Undelivered) => void;
}
