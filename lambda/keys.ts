/**
 * The Ably keys of a set-up: what each is called, which variable holds it, and what it may do. `ably:setup` makes them so,
 * local mode has the same, and `doctor` looks whether they are so.
 */

interface WantedKey {
  readonly name: string;
  readonly variable: string;
  /** Channel name or pattern -> operations. */
  readonly capability: Readonly<Record<string, readonly string[]>>;
  /** Can the tokens that it issues be ended before their time? They live an hour at most then. */
  readonly revocable?: boolean;
}

export const KEYS = {
  /** The server's key, which mints the visitors' tokens. */
  tokens: {
    name: "asterism tokens",
    variable: "ABLY_API_KEY",
    revocable: true,
    capability: {
      "chat:from-clients": ["publish"],
      "chat:from-clients:*": ["publish"],
      "chat:to-clients": ["history", "presence", "subscribe"],
      "chat:to-clients:*": ["history", "presence", "subscribe"],
      "chat:notices:*": ["subscribe"],
    },
  },
  /** The function's key. `history` lets it see whether a late redelivery was published before. */
  publishing: {
    name: "asterism function",
    variable: "ABLY_PUBLISH_KEY",
    capability: {
      "chat:to-clients": ["history", "publish"],
      "chat:to-clients:*": ["history", "publish"],
      "chat:notices:*": ["publish"],
      "desk:live": ["publish"],
    },
  },
  /** The server's key for what moderators do. It also issues the tokens with which they watch. */
  desk: {
    name: "asterism desk",
    variable: "ABLY_DESK_KEY",
    revocable: true,
    capability: {
      "chat:from-clients": ["history"],
      "chat:from-clients:*": ["history"],
      "chat:to-clients": ["history", "message-delete-any", "message-update-any", "publish"],
      "chat:to-clients:*": ["history", "message-delete-any", "message-update-any", "publish"],
      "chat:notices:*": ["publish"],
      "desk:live": ["publish", "subscribe"],
    },
  },
  /** The key whose secret signs the rule's requests. A key needs a right; this one is for a channel that nobody uses. */
  signing: {
    name: "asterism signing",
    variable: "ABLY_SIGNING_KEY",
    capability: { "asterism:signs-webhooks-only": ["subscribe"] },
  },
} as const satisfies Record<string, WantedKey>;
