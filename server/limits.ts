/** Every limit of the server outside the broker, with its unit and its reason. */
export const limits = {
  /** Bytes of one request to /lambda: a Function URL takes 6 MB. */
  functionBodyBytes: 6 * 1024 * 1024,
  /** Token requests of strangers in one minute from one address: room for a class that arrives, none for a flood. */
  strangerAuthRequestsAMinute: 300,
  /** Token requests of one person in one minute: twenty tabs that are opened again, three times over. */
  personAuthRequestsAMinute: 60,
  /** Token requests of everybody in one minute from one address: what one address can have signed at all. */
  authRequestsAMinute: 3_000,
  /** How long a browser keeps the identity cookie: a year without a visit. */
  cookieAgeMs: 365 * 24 * 60 * 60 * 1000,
  /** How long a token lives: Ably's default, and the most that a revocable key allows. */
  tokenTtlMs: 60 * 60 * 1000,
  /** How far our clock may be from Ably's: as far as Ably lets that of a token request be. */
  clockSlackMs: 2 * 60 * 1000,
  /** How long Ably may take to answer before the server calls itself not ready. */
  readyMs: 3_000,
  /** How long that answer holds: a load balancer asks every few seconds, and so may anybody else. */
  readyAgeMs: 5_000,
  /** How long the embedded broker may take to deliver what it acknowledged when the server stops. */
  drainMs: 4_000,
  /** How long a request in flight may take when the server stops. */
  shutdownMs: 5_000,
  /** Letters of a display name, as people count them. */
  nameLetters: 24,
  /** Characters of an identity cookie or a client id that is read at all: a name of stacked marks fits. */
  clientIdLength: 200,
  /** How long a moderator stays signed in: a working day. */
  moderatorSessionMs: 8 * 60 * 60 * 1000,
  /** How long a visitor stays signed in: a week. */
  signedInMs: 7 * 24 * 60 * 60 * 1000,
  /** How long signing in at the provider may take: a password that has to be looked for. */
  signInAttemptMs: 10 * 60 * 1000,
  /** How long a window that signed in may take to tell the frame that opened it: no time, on a slow phone. */
  handOverMs: 60 * 1000,
  /** Sites that may show the chat in a frame: their names stand in a header of each such page. */
  embedOrigins: 50,
  /** How long the script that puts the chat there is kept, so that a new one is everywhere within the hour. */
  embedScriptAgeMs: 60 * 60 * 1000,
  /** How long the provider may take to answer one request. */
  providerMs: 5_000,
  /** How long a one-time link can be used. */
  signInLinkMs: 24 * 60 * 60 * 1000,
  /** Bytes of a policy that somebody tries or saves: 100,000 entries of twenty characters and room for the rest. */
  policyBodyBytes: 8 * 1024 * 1024,
  /** Reports, appeals and removals of one person in one minute: as many as somebody decides on by hand. */
  personActsAMinute: 10,
  /** The same of everybody from one address. */
  addressActsAMinute: 120,
  /** How often the server looks for what moderators have changed: a ban ends tokens within 3 s. */
  storeLookMs: 1_500,
  /** How often the server finishes what moderators decided and something kept from being done, three queries each time. */
  sweepMs: 15_000,
  /** How long one look at a room holds for everybody: a list of rooms is glanced at, not watched. */
  roomLookMs: 15_000,
  /** Looks at rooms in one second, two requests to the broker each: 5 % of what one Ably app answers in a second. */
  roomLooksASecond: 10,
  /** Rooms whose last look is kept: some hundred bytes to 5 KB each. */
  roomLooksKept: 500,
  /** How long the broker may take for one look; the list does without it then. */
  roomLookTimeoutMs: 3_000,
  /** Presence members that one look reads: as many as a channel has at Ably. */
  roomLookPeople: 200,
  /** Messages that one look reads: what is unread beyond is "many" to anybody. */
  roomLookMessages: 50,
  /** Rooms in one request: those that the page remembers, and the lobby. */
  roomsAsked: 9,
  /** Such requests of one person in a minute: twenty tabs. */
  roomRequestsAMinute: 40,
  /** Languages of one request for which a document is looked for: more than anybody reads. */
  languages: 8,
  /** Between an alert and the next look: "one a minute at most". */
  alertMs: 60_000,
  /** How long the webhook of alerts may take to answer. */
  alertSendMs: 10_000,
  /** People who reported a message before moderators are called: one can be a quarrel, three are a pattern. */
  alertReporters: 3,
  /** The newest cases that an alert looks at: one query, and more than that is "or more" to anybody. */
  alertCases: 1_000,
  /** Texts that one alert quotes, and rooms that it names: what is read at a glance. */
  alertQuotes: 5,
  /** Characters of one of them. */
  alertLetters: 200,
} as const;
