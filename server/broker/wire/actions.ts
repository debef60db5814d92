/** Numbers of the realtime protocol, version 6 (https://sdk.ably.com/builds/ably/specification/main/features, TR2, TR3, TM5, TAN2b, TP2). */

export const ACTION = {
  heartbeat: 0,
  ack: 1,
  nack: 2,
  connect: 3,
  connected: 4,
  disconnect: 5,
  disconnected: 6,
  close: 7,
  closed: 8,
  error: 9,
  attach: 10,
  attached: 11,
  detach: 12,
  detached: 13,
  presence: 14,
  message: 15,
  sync: 16,
  auth: 17,
  activate: 18,
  object: 19,
  objectSync: 20,
  annotation: 21,
} as const;

export const FLAG = {
  hasPresence: 1 << 0,
  hasBacklog: 1 << 1,
  resumed: 1 << 2,
  attachResume: 1 << 5,
} as const;

/** Channel modes; each is also a flag bit of ATTACH and ATTACHED. */
export const MODE = {
  presence: 1 << 16,
  publish: 1 << 17,
  subscribe: 1 << 18,
  presenceSubscribe: 1 << 19,
  annotationPublish: 1 << 21,
  annotationSubscribe: 1 << 22,
  objectSubscribe: 1 << 24,
  objectPublish: 1 << 25,
} as const;

export const ALL_MODES = Object.values(MODE).reduce((bits, bit) => bits | bit, 0);

/** The modes of an attachment that asks for none. */
export const DEFAULT_MODES =
  MODE.presence | MODE.publish | MODE.subscribe | MODE.presenceSubscribe | MODE.annotationPublish;

/** The modes by the names that `params.modes` uses. */
export const MODE_NAMES: ReadonlyMap<string, number> = new Map([
  ["presence", MODE.presence],
  ["publish", MODE.publish],
  ["subscribe", MODE.subscribe],
  ["presence_subscribe", MODE.presenceSubscribe],
  ["annotation_publish", MODE.annotationPublish],
  ["annotation_subscribe", MODE.annotationSubscribe],
  ["object_subscribe", MODE.objectSubscribe],
  ["object_publish", MODE.objectPublish],
]);

export const MESSAGE_ACTION = { create: 0, update: 1, delete: 2, meta: 3, summary: 4, append: 5 } as const;

export const ANNOTATION_ACTION = { create: 0, delete: 1 } as const;

export const PRESENCE_ACTION = { absent: 0, present: 1, enter: 2, leave: 3, update: 4 } as const;
