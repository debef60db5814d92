/** Every limit of the function, with its unit and its reason. */
export const limits = {
  /** Characters (code points) in one chat message unless the configuration says otherwise. */
  textLength: 2_000,
  /** Characters in a sender's message id: the longest ones the SDK makes are under 60. */
  sourceIdLength: 200,
  /** Messages of one person within `rateWindowMs` that are always taken: more than a hand can type. */
  steadyMessages: 10,
  /** Messages and characters of one person within `rateWindowMs` that are taken at most; Ably publishes 50 a second in a room. */
  burstMessages: 50,
  burstCharacters: 50_000,
  rateWindowMs: 5_000,
  /** How long a request may take for bursts, because the next request waits for it: about 16 messages. */
  burstMs: 400,
  /** The same, and messages of one person, where nobody else wrote within `aloneMs` and so nobody waits. */
  aloneBurstMs: 800,
  aloneBurstMessages: 100,
  aloneMs: 60_000,
  /** The time-out of the deployment template, for a caller that does not tell what is left of it. */
  timeoutMs: 12_000,
  /** All work ends this much before the time-out, so that there is time to log and to answer. Lambda answers 502 after it. */
  guardMs: 1_500,
  /** Everything ends this much before the guard, so that what was reached is what is answered. */
  answerMs: 100,
  /** Kept for quarantine and notices before everything ends, but never more than a quarter of what is left. */
  settleMs: 1_500,
  /** One attempt to publish; a healthy one takes about 25 ms. */
  attemptMs: 2_500,
  /** One attempt to put something into quarantine: several must fit before the answer. */
  keepMs: 500,
  /** How often a request to AWS is repeated that was answered with 429 or 5xx. */
  awsRepeats: 2,
  /** A retry that would have less than this to run in is not worth starting. */
  leastAttemptMs: 200,
  /** Full jitter is drawn from 0 to the lesser of `backoffMs * 2^n` and `backoffCapMs`. */
  backoffMs: 50,
  backoffCapMs: 1_000,
  /** What a request can publish in this time goes out in the order in which it came, across authors. */
  inOrderMs: 100,
  /** How long a batch waits for what single requests of the same process have begun with its messages; they take 5 ms. */
  underWayMs: 100,
  /** Messages that are published at the same time, each of another lane. */
  parallelLanes: 20,
  /** Messages of one request to Ably, and their characters: it takes 2 MiB, and a character can be six bytes of JSON. */
  requestMessages: 100,
  requestCharacters: 300_000,
  /** Notices that are sent at the same time. */
  parallelNotices: 20,
  /** Messages of one author with one reason that get a notice each; more than this share one. */
  singleNotices: 3,
  /** Characters of message ids in one notice: with the rest of it less than the 64 KiB that Ably takes. */
  noticeIds: 30_000,
  /** Ably forgets an id after 120 s. Past this age a publish is preceded by a look into the channel's history. */
  deduplicationMs: 110_000,
  /** How far before a message's own stamp its moderated copy may be stamped: two clocks are involved. */
  clockSkewMs: 30_000,
  /** How long a signed message counts: batches are repeated for 300 s, and the last repetition may be on its way. */
  signedMs: 360_000,
  /** Connections to Ably that are open at the same time, and kept. */
  connections: 64,
  /** After a failure of Ably's own host another one is asked, for so long: as the SDK does. */
  fallbackMs: 600_000,
  /** Bytes of one answer of Ably: a page of 1,000 messages of the longest text. */
  answerBytes: 16_000_000,
  /** An operator's tool reads a whole channel in this time. */
  readChannelMs: 60_000,
  /** History pages (of 1,000) read by one look-up: five minutes at ten times the rate a channel allows. */
  historyPages: 20,
  /** Batch mode repeats a failed request for 300 s and at most 60 s apart; a younger failure comes back. */
  lastBatchTryMs: 225_000,
  /** Single mode tries at 0, 4 and 24 s at the earliest; what is older than this does not come back. */
  lastSingleTryMs: 20_000,
  /** What this process remembers to have published, and for how long: longer than the redelivery. */
  recentEntries: 10_000,
  recentMs: 360_000,
  /** Bytes of raw material kept in one quarantine entry: an SQS message takes 256 KiB. */
  quarantineBytes: 200_000,
  /** Entries and bytes that one person may put into quarantine within `quarantineShareMs`. */
  quarantineShare: 100,
  quarantineShareBytes: 1_000_000,
  quarantineShareMs: 3_600_000,
  /** What has been in quarantine for 14 days is thrown away: as long as SQS keeps anything. */
  quarantineMs: 14 * 86_400_000,
  /** Bytes of a quarantine file: anybody who may write in the chat can fill it. */
  quarantineFileBytes: 50_000_000,
  /** Secrets from the parameter store are read again after this long. */
  secretsMs: 300_000,
  /** Policy and sanctions are never older than this while there is work: what moderators do is in force within 3 s. */
  storeFreshMs: 2_000,
  /** How long a request waits for newer ones when they are older than that, and the first request for any at all. */
  storeWaitMs: 500,
  storeFirstMs: 3_000,
  /** One write into the store; a healthy one takes 10 ms. */
  storeWriteMs: 1_000,
  /** After so long everything is read from the beginning, because what a lift replaced may be tidied up after a day. */
  storeReloadMs: 43_200_000,
  /** Versions of the policy that are tried when the newest cannot be used. */
  storeVersions: 10,
  /** What one person's messages in one request write into the audit: a flood is told by fewer lines than it has. */
  auditPerPerson: 20,
  /** Bytes of one event for the moderators who look: Ably takes 64 KiB. */
  liveBytes: 50_000,
  /** Decisions of one request that they see; a flood is told by fewer lines than it has. */
  liveDecisions: 200,
  /** How long the answer to a request may wait for that event; it needs about 25 ms. */
  liveMs: 300,
  /** Entries of a person in which the message of an appeal is looked for. */
  appealEntries: 200,
  /** Messages that a back-test decides about, at most; Ably hands out 1,000 at a time. */
  backtestMessages: 1_000,
  /** Lines of a back-test that are told one by one. */
  backtestChanges: 200,
} as const;
