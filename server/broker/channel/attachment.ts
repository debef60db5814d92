/** An attachment: one subscriber's hold on one channel. */
import type { Format } from "../wire/codec.ts";
import type { Told } from "./deltas.ts";

/** When a channel tells something to everybody. */
export interface Moment {
  /** When it was published, in milliseconds. */
  readonly now: number;
  /** Whether no other channel has anything to say in this turn. */
  readonly alone: boolean;
}

/** Whoever listens to channels. Declared here by the user of it; a connection satisfies it. */
export interface Subscriber {
  readonly connectionId: string;
  readonly format: Format;
  /** Takes finished WebSocket frames, to be written at the end of the turn. */
  deliver(frames: Buffer): void;
  /** Takes what a channel tells everybody; refuses it when the subscriber may get no more of that second. */
  offer(frames: Buffer, count: number, moment: Moment): boolean;
  /** Hears that the channel could not tell this attachment something. */
  missed(attachment: Attachment): void;
}

/** One subscriber's hold on one channel. */
export interface Attachment {
  readonly subscriber: Subscriber;
  /** The name that the client attached by: the channel's, or that with parameters in front. */
  readonly name: string;
  /** Bits of MODE that were granted. */
  readonly modes: number;
  /** Bits of MODE that were asked for: another grant may cover more of them. */
  readonly asked: number;
  /** Whether it gets its own messages. */
  readonly echo: boolean;
  /** The recognised parameters, as told back. */
  readonly params: ReadonlyMap<string, string>;
  readonly occupancy: boolean;
  /** Whether an appended message comes whole instead of the appended piece. */
  readonly wholeAppends: boolean;
  /** The position after which it was told everything. */
  since: string;
  /** Whether messages may come as what changed since the one before; see deltas.ts. */
  readonly deltas: boolean;
  /** The last message as it was told, for deltas. Code that sends a message in another way clears it. */
  told: Told | undefined;
  /** Something was not delivered: nothing more is until the client is told. */
  lossy: boolean;
}
