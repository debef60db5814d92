/** What a broker gives to each of its apps. */
import type { Random } from "../ids.ts";
import type { Limits } from "../limits.ts";
import type { BrokerLog, BrokerOptions, Undelivered } from "../options.ts";
import type { Schedule } from "../schedule.ts";
import type { Journal } from "../storage/journal.ts";
import type { KeptApp } from "../storage/kept.ts";
import type { Turn } from "../turn.ts";

export interface AppDeps {
  readonly schedule: Schedule;
  readonly turn: Turn;
  readonly random: Random;
  readonly limits: Limits;
  readonly log: BrokerLog;
  readonly undelivered: (event: Undelivered) => void;
  readonly answersRule: BrokerOptions["answersRule"];
  /** What was kept; only where there is a storage. */
  readonly data?: BrokerData | undefined;
}

/** What a broker keeps, and what it was given to go on with. */
export interface BrokerData {
  readonly journal: Journal;
  /** Until when the broker before this one was there. */
  readonly aliveUntil: number;
  /** What is kept of an app; asked once. */
  takeApp(appId: string): KeptApp | undefined;
}
