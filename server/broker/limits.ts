/**
 * Every limit of the broker with its unit and reason. Where Ably publishes one (https://ably.com/docs/platform/pricing/limits,
 * standard package), the default is Ably's, so that what fails in production fails here.
 */
export interface Limits {
  /** Bytes of name, client id, data, extras and, of a change, its note, over one publish; beyond: 40009. */
  readonly messageBytes: number;
  /** Bytes of one inbound frame; beyond, the socket is closed with WebSocket code 1009. */
  readonly frameBytes: number;
  /** Messages in one publish; beyond: 40034. */
  readonly messagesPerPublish: number;
  /** Messages a second into one channel; beyond: 42913. */
  readonly channelMessageRate: number;
  /** Bytes a second into one channel; beyond: 42914. */
  readonly channelByteRate: number;
  /** Messages a second into all channels of one app; beyond: 42917. Ably counts deliveries too and suppresses a share. */
  readonly messageRate: number;
  /** Messages a second of one client into one channel, four fifths of its rate: nobody uses it up; beyond: 42913. */
  readonly channelClientRate: number;
  /** Bytes a second of one client into one channel, four fifths of its rate for the same reason; beyond: 42914. */
  readonly channelClientByteRate: number;
  /** Messages a second of one client, over all its connections: as many as Ably lets one send; beyond: 42910. */
  readonly clientRate: number;
  /** Share of the app's rates that clients leave to whoever shows a key: the function's publishes go on in any flood. */
  readonly keyReserve: number;
  /** Messages a second from one connection; beyond: 42911. */
  readonly inboundRate: number;
  /** The connection is closed with 42921 when it sends this many times its rate. */
  readonly inboundFatalFactor: number;
  /** Frames of any kind a second from one connection; beyond, it is closed with 42924. */
  readonly frameRate: number;
  /** Events in one batched request of a rule. Ably's limits page says 100, its webhooks page up to 1,000. */
  readonly ruleBatchEvents: number;
  /** Requests a second of all rules together; unbatched events beyond it are dropped with 42925. */
  readonly ruleRequestRate: number;
  /** Messages a second to one connection; beyond, they are dropped and the channel loses continuity: 80020. */
  readonly outboundRate: number;
  /** Members of one channel's presence set; beyond: 91003. */
  readonly presenceMembers: number;
  /** Members of one client in one presence set, a tenth of it: nobody shuts the others out; beyond: 91003. */
  readonly clientPresenceMembers: number;
  /** Presence messages a second of one client: each of them is told to everybody in the room; beyond: 42910, but for leaves, which only free. */
  readonly clientPresenceRate: number;
  /** Bytes that the members of all channels of an app carry: bounds memory, not an Ably limit; beyond: 91003. */
  readonly presenceBytes: number;
  /** Channels one connection is attached to; beyond: 90010. */
  readonly channelsPerConnection: number;
  /** Open connections of one app; beyond: 40111 on the new one. */
  readonly connections: number;
  /** Connections of one client, with those that wait to come back: many tabs and devices; beyond: 40111 on the new one. */
  readonly clientConnections: number;
  /** The same from one address, half of what there is for all: everybody behind a proxy has the same; beyond: 40111. */
  readonly addressConnections: number;
  /** New connections a second of one app; beyond, the client is told to come back later: 80021. */
  readonly connectionRate: number;
  /** New connections a second of one client, a tenth of the app's; beyond: 80021. */
  readonly clientConnectionRate: number;
  /** Channels of one app that hold anything; beyond: 40114 on the new one. */
  readonly channels: number;
  /** New channels a second of one app; beyond: 90021. */
  readonly channelRate: number;
  /** New channels a second of one client, a tenth of the app's; beyond: 90021. */
  readonly clientChannelRate: number;
  /** Milliseconds a lost connection can be resumed, Ably's connection state TTL; beyond: 80018. */
  readonly sessionTtlMs: number;
  /** Milliseconds between frames to a quiet client. */
  readonly heartbeatMs: number;
  /** Milliseconds a lost connection stays present. */
  readonly remainPresentMs: number;
  /** Milliseconds a message is kept on an ordinary channel. */
  readonly historyMs: number;
  /** Milliseconds a message is kept on a persisted channel. */
  readonly persistedHistoryMs: number;
  /** Publishes kept for each channel, whatever their age: bounds memory, not an Ably limit. */
  readonly historyPublishes: number;
  /** Bytes of messages kept for each channel, whatever their age: bounds memory, not an Ably limit. */
  readonly historyBytes: number;
  /** Bytes of messages kept by all channels of an app together: bounds memory, not an Ably limit. */
  readonly appHistoryBytes: number;
  /** Bytes written to the files of a storage between two compactions: bounds what those hold that is gone. */
  readonly compactionBytes: number;
  /** Bytes of clients that wait while a turn is written to a storage; beyond, whoever says more is sent away: 80003. */
  readonly heldBytes: number;
  /** Publishes replayed on resume; beyond: 90004 and no continuity. */
  readonly resumePublishes: number;
  /** Milliseconds during which a message id is published once. */
  readonly idempotencyMs: number;
  /** Publish ids remembered for each channel: bounds memory; the oldest is forgotten first. */
  readonly idempotencyIds: number;
  /** Messages that rewind delivers at most. */
  readonly rewindMessages: number;
  /** Bytes compared for deltas in one turn of a channel, or in one replay; beyond, messages go whole: bounds work. */
  readonly deltaBytes: number;
  /** Changes kept of one message, beside its first version: bounds memory, the oldest is forgotten first. */
  readonly messageVersions: number;
  /** Annotations kept of one message: bounds memory, not an Ably limit; the oldest is forgotten first. */
  readonly annotationsPerMessage: number;
  /** Characters of an annotation's type, and of its name: not an Ably limit; beyond: 40003. */
  readonly annotationChars: number;
  /** What one annotation may count for: not an Ably limit; beyond: 40003. */
  readonly annotationCount: number;
  /** Names in the summary of one message, over all types: bounds memory, not an Ably limit; a new one beyond: 40009. */
  readonly summaryNames: number;
  /** Client ids listed for each name of a summary; beyond, it is clipped. Ably counts bytes alone. */
  readonly summaryClientIds: number;
  /** Bytes of client ids in one summary, an equal share for each name; beyond, it is clipped. */
  readonly summaryBytes: number;
  /** Items in one page of history by default, and at most; beyond: 40003. */
  readonly pageDefault: number;
  readonly pageMax: number;
  /** Milliseconds of life of a token by default, at most, and at most with a key whose tokens can be revoked; 40003. */
  readonly tokenTtlMs: number;
  readonly tokenMaxTtlMs: number;
  readonly revocableTokenMaxTtlMs: number;
  /** Milliseconds by which the clock of a token request may differ; beyond: 40104. */
  readonly tokenSkewMs: number;
  /** Nonces remembered of one app within the skew: bounds memory; beyond: 42910. */
  readonly nonces: number;
  /** Revocations remembered of one app: bounds memory; beyond: 42910. */
  readonly revocations: number;
  /** Targets of one revocation call; beyond: 40003. */
  readonly revocationTargets: number;
  /** Distinct channels in one batch request; beyond: 90010. */
  readonly batchChannels: number;
  /** Messages in one batch spec; beyond: 40034. */
  readonly batchMessages: number;
  /** Publishes, and their messages, over all channels of one batch request: bounds work, not an Ably limit; 40034. */
  readonly batchPublishes: number;
  readonly batchCopies: number;
  /** Bytes of one REST body, Ably's limit for a batch; beyond: 40009. */
  readonly bodyBytes: number;
  /** REST requests a second to one app; beyond: 42918. */
  readonly restRate: number;
  /** REST requests a second of one client: a page reads history a few times; beyond: 42918. */
  readonly clientRestRate: number;
  /** Token requests a second to one app, of those that are good; beyond: 42910. */
  readonly tokenRate: number;
  /** Token requests a second for one client, a tenth of the app's; beyond: 42910. */
  readonly clientTokenRate: number;
  /** Bytes waiting for one slow reader; beyond, it is closed with 80020. */
  readonly outboxBytes: number;
  /** Milliseconds a slow reader gets to take what is left, and so to learn why, before its socket is destroyed. */
  readonly slowReaderMs: number;
  /** Milliseconds a socket gets to finish its closing handshake. */
  readonly closingMs: number;
  /** Milliseconds occupancy changes are gathered before they are told. */
  readonly occupancyMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 64 * KIB,
  frameBytes: 512 * KIB,
  messagesPerPublish: 1000,
  channelMessageRate: 50,
  channelByteRate: MIB,
  channelClientRate: 40,
  channelClientByteRate: 0.8 * MIB,
  messageRate: 2500,
  clientRate: 50,
  keyReserve: 0.25,
  inboundRate: 50,
  inboundFatalFactor: 20,
  frameRate: 2000,
  ruleBatchEvents: 100,
  ruleRequestRate: 250,
  outboundRate: 50,
  presenceMembers: 200,
  clientPresenceMembers: 20,
  clientPresenceRate: 10,
  presenceBytes: 64 * MIB,
  channelsPerConnection: 200,
  connections: 10_000,
  clientConnections: 50,
  addressConnections: 5000,
  connectionRate: 250,
  clientConnectionRate: 25,
  channels: 10_000,
  channelRate: 250,
  clientChannelRate: 25,
  sessionTtlMs: 2 * MINUTE,
  heartbeatMs: 15 * SECOND,
  remainPresentMs: 15 * SECOND,
  historyMs: 2 * MINUTE,
  persistedHistoryMs: 72 * HOUR,
  historyPublishes: 10_000,
  historyBytes: 16 * MIB,
  appHistoryBytes: 256 * MIB,
  compactionBytes: 64 * MIB,
  heldBytes: 16 * MIB,
  resumePublishes: 6000,
  idempotencyMs: 2 * MINUTE,
  idempotencyIds: 10_000,
  rewindMessages: 100,
  deltaBytes: MIB,
  messageVersions: 100,
  annotationsPerMessage: 10_000,
  annotationChars: 256,
  annotationCount: 1_000_000,
  summaryNames: 100,
  summaryClientIds: 200,
  summaryBytes: 64 * KIB,
  pageDefault: 100,
  pageMax: 1000,
  tokenTtlMs: HOUR,
  tokenMaxTtlMs: 24 * HOUR,
  revocableTokenMaxTtlMs: HOUR,
  tokenSkewMs: 2 * MINUTE,
  nonces: 100_000,
  revocations: 10_000,
  revocationTargets: 100,
  batchChannels: 100,
  batchMessages: 1000,
  batchPublishes: 10_000,
  batchCopies: 100_000,
  bodyBytes: 2 * MIB,
  restRate: 362,
  clientRestRate: 50,
  tokenRate: 250,
  clientTokenRate: 25,
  outboxBytes: 4 * MIB,
  slowReaderMs: 30 * SECOND,
  closingMs: 2 * SECOND,
  occupancyMs: SECOND,
};
