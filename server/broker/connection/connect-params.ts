/** What a client asks for when it connects. */
import type { Format } from "../wire/codec.ts";

export interface ConnectParams {
  readonly format: Format;
  readonly echo: boolean;
  /** Whether the client cannot see pings and wants heartbeats as protocol messages. */
  readonly heartbeats: boolean;
  readonly heartbeatMs: number;
  readonly remainPresentMs: number;
}

/** The latest parameters. Clients of one kind ask for the same, one after another: their connections share one copy. */
export class LatestParams {
  #latest: ConnectParams | undefined;

  /** Equal parameters, and nothing else of what the client sent: that may hold credentials. */
  shared({ format, echo, heartbeats, heartbeatMs, remainPresentMs }: ConnectParams): ConnectParams {
    const asked = { format, echo, heartbeats, heartbeatMs, remainPresentMs };
    if (this.#latest === undefined || !areEqual(this.#latest, asked)) this.#latest = asked;
    return this.#latest;
  }
}

const areEqual = (one: ConnectParams, other: ConnectParams): boolean =>
  one.format === other.format &&
  one.echo === other.echo &&
  one.heartbeats === other.heartbeats &&
  one.heartbeatMs === other.heartbeatMs &&
  one.remainPresentMs === other.remainPresentMs;
