/** Options of the broker: apps as a dashboard would set them up, and what the broker needs from outside. */
import type { IncomingMessage } from "node:http";
import type { Clock } from "./clock.ts";
import type { Random } from "./ids.ts";
import type { RuleRequest, RuleSpec } from "./integrations/index.ts";
import type { Limits } from "./limits.ts";
import type { TrustsOrigin } from "./rest/cors.ts";
import type { OpenStorage } from "./storage/kept.ts";

/** What an app is made of; everything a dashboard would hold. */
export interface AppSpec {
  readonly appId: string;
  readonly keys: readonly KeySpec[];
  readonly namespaces?: readonly NamespaceSpec[];
  readonly rules?: readonly RuleSpec[];
  /** Members that are present from the start and never leave: for test fixtures. */
  readonly channels?: readonly ChannelSpec[];
  readonly limits?: Partial<Limits>;
  /**
   * Whether a publish is refused that a rule on its channel would not get: with 70003 while the rule has no room, with 40000
   * when it is ephemeral. Ably acknowledges both, and the rule never hears of them.
   */
  readonly refusesUndeliverable?: boolean;
}

export interface KeySpec {
  readonly id: string;
  readonly secret: string;
  /** Resource to operations; everything when absent. */
  readonly capability?: Readonly<Record<string, readonly string[]>>;
  readonly revocableTokens?: boolean;
}

/** Settings of the channels `<id>` and `<id>:...`. */
export interface NamespaceSpec {
  readonly id: string;
  readonly persisted?: boolean;
  readonly mutableMessages?: boolean;
  /** Only identified clients may use its channels. */
  readonly authenticated?: boolean;
}

export interface ChannelSpec {
  readonly name: string;
  readonly presence?: readonly { readonly clientId: string; readonly data?: string; readonly encoding?: string }[];
}

/** What the broker has to say about itself: lower-case event names with fields, never a token or a message body. */
export interface BrokerLog {
  info(event: string, fields?: BrokerLogFields): void;
  warn(event: string, fields?: BrokerLogFields): void;
}

type BrokerLogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Acknowledged messages that a rule does not deliver: it had too much to do, its endpoint failed, or the broker ends. */
export interface Undelivered {
  readonly appId: string;
  readonly ruleId: string;
  /** Ably's code of the failure. */
  readonly code: number;
  readonly channel: string;
  readonly messages: readonly { readonly id?: string | undefined; readonly clientId?: string | undefined }[];
}

/** A message that the owner of a broker publishes. */
export interface OwnMessage {
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly encoding?: string;
}

export interface BrokerOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly limits?: Partial<Limits>;
  readonly log?: BrokerLog;
  readonly apps?: readonly AppSpec[];
  /** Hears of acknowledged messages that a rule does not deliver. */
  readonly undelivered?: (event: Undelivered) => void;
  /** Where a request comes from, for the limits of each address; the peer of its socket when absent. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Answers a rule's request in this process; undefined has it go over the network. */
  readonly answersRule?: (request: RuleRequest) => Promise<{ readonly status: number }> | undefined;
  /** Pages of other origins that may use the SDK's REST calls; none when absent. */
  readonly trustsOrigin?: TrustsOrigin;
  /** Where channels, connections and what rules are to deliver outlive the broker, which closes it; nowhere when absent. */
  readonly storage?: OpenStorage;
}
