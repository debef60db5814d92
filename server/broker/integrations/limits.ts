/** Every limit of the webhook rules: a name, a unit, Ably's value where one is published, and the reason otherwise. */
export interface IntegrationLimits {
  /** Pause between the starts of two batched requests of one rule, ms. */
  readonly batchIntervalMs: number;
  /** Events in one batched request; an app says so with `ruleBatchEvents`. */
  readonly batchEvents: number;
  /** Bytes of one batched request: well below the 6 MB that an AWS Function URL accepts. */
  readonly batchBytes: number;
  /** Events of one rule that wait for the next batch; further ones are refused with 70003. */
  readonly queuedEvents: number;
  /** Bytes of one rule that wait for the next batch; further ones are refused with 70003. */
  readonly queuedBytes: number;
  /** What an event takes in a queue beside its messages, bytes at most. */
  readonly itemBytes: number;
  /** How many bytes in a queue a byte of a message becomes at most: JSON writes a control character as six. */
  readonly itemGrowth: number;
  /** A batched event older than this is discarded, ms. */
  readonly eventLifeMs: number;
  /** The first batched retry waits this times √2, each later one √2 times longer, ms. */
  readonly backoffBaseMs: number;
  /** The longest pause between two tries of a batch, ms. */
  readonly backoffCapMs: number;
  /** Unbatched requests of one rule under way at the same time. */
  readonly singleInFlight: number;
  /** Unbatched events of one rule that wait for a free place; further ones are refused with 70003. */
  readonly singleQueued: number;
  /** Pauses before the second and the third try of an unbatched request, ms. */
  readonly singleRetryDelaysMs: readonly number[];
  /** Unbatched events of one rule that wait for a retry: bounds the memory that a dead endpoint costs. */
  readonly singleRetrying: number;
  /** An endpoint that has not answered after this is taken as dead, ms. */
  readonly timeoutMs: number;
  /** Requests a second of all rules together (`ruleRequestRate`); unbatched events beyond it are refused with 42925. */
  readonly requestsPerSecond: number;
  /** Rules of one broker; Ably's quota for an account. */
  readonly rules: number;
  /** Length of a channel filter, characters. */
  readonly filterChars: number;
  /** A longer channel name matches no filter: bounds the work of a badly written expression. */
  readonly channelChars: number;
  /** Channels whose matching rules are remembered. */
  readonly rememberedChannels: number;
}

/** Ably's published values (https://ably.com/docs/platform/pricing/limits#integration) and ours beside them. */
export const INTEGRATION_LIMITS: IntegrationLimits = {
  batchIntervalMs: 1_000,
  batchEvents: 100,
  batchBytes: 2 * 1024 * 1024,
  queuedEvents: 10_000,
  queuedBytes: 32 * 1024 * 1024,
  itemBytes: 4 * 1024,
  itemGrowth: 6,
  eventLifeMs: 5 * 60_000,
  backoffBaseMs: 1_000,
  backoffCapMs: 60_000,
  singleInFlight: 25,
  singleQueued: 10,
  singleRetryDelaysMs: [4_000, 20_000],
  singleRetrying: 1_000,
  timeoutMs: 15_000,
  requestsPerSecond: 250,
  rules: 100,
  filterChars: 1_024,
  channelChars: 2_048,
  rememberedChannels: 10_000,
};
