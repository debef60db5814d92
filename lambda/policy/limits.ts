/** Every limit of a policy, with its unit and its reason. */
export const policyLimits = {
  /** Lists in one policy, and entries in all of them: ready in half a second, with 40 MB. */
  lists: 100,
  entries: 100_000,
  /** Rules in one policy: each looks at each message. */
  rules: 200,
  /** Rooms that a rule or the room settings name. */
  rooms: 1_000,
  /** Domains that a rule lets pass. */
  domains: 1_000,
  /** Characters of a name of a list or a rule. */
  nameLength: 60,
  /** Characters of what a rule tells the sender. */
  tellLength: 300,
  /** Problems that are told of one policy; who mends these sees the rest. */
  problems: 100,
  /** Messages of one person that are remembered: the most that `flood` can count. */
  remembered: 60,
  /** People whose messages are remembered; the one that was silent longest is forgotten first. */
  people: 10_000,
  /** The longest time that `flood` and `escalation` look back, in seconds and minutes. */
  floodSeconds: 600,
  escalationMinutes: 1_440,
  /** Hashes of a message that are compared to tell whether two are alike. */
  sketch: 32,
  /** Spans that one condition reports; a text of 2,000 characters has fewer. */
  spans: 2_000,
  /** Digits of a text in which phone numbers are looked for one by one, 30 µs each at worst. */
  digits: 300,
  /** The longest that a service may take, ms: the function has 12 s for everything. */
  serviceMs: 3_000,
  /** Bytes of a service's answer. */
  serviceBytes: 100_000,
} as const;
