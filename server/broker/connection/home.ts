/** The app as its connections see it. */
import type { AppDeps } from "../app/deps.ts";
import type { Quotas } from "../app/quotas.ts";
import type { TokenAuthority } from "../auth/authenticator.ts";
import type { Channel } from "../channel/channel.ts";
import type { Occupancy } from "../channel/occupancy.ts";
import type { Channels } from "../channel/registry.ts";
import type { Result } from "../errors.ts";
import type { AppJournal } from "../storage/app-journal.ts";
import type { PresenceMessage } from "../wire/message.ts";
import type { Connection } from "./connection.ts";

export interface Home extends TokenAuthority {
  readonly deps: AppDeps;
  /** Writes down what outlives a restart; only where there is a storage. */
  readonly journal: AppJournal | undefined;
  readonly channels: Channels;
  readonly occupancy: Occupancy;
  readonly quotas: Quotas;
  /** The channel of this name, made on somebody's account when there is room for another. */
  openChannel(name: string, account: string | undefined): Result<Channel>;
  /** Tells that a connection begins or ends. */
  connectionEvent(connection: Connection, opened: boolean): void;
  /** Tells the rules what happened to presence. */
  presenceEvent(channel: Channel, presence: readonly PresenceMessage[]): void;
}
