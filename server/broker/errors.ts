/**
 * Every error the broker sends, in one table: Ably's code, the HTTP status that goes with it, what it means.
 * Codes and meanings: https://github.com/ably/ably-common/tree/main/errors
 */
export interface ErrorInfo {
  readonly code: ErrorCode;
  readonly statusCode: number;
  readonly message: string;
  readonly href: string;
  readonly detail?: Readonly<Record<string, string>>;
}

const STATUS = {
  40000: 400, // bad request
  40001: 400, // invalid request body
  40003: 400, // invalid parameter value
  40005: 400, // invalid credentials
  40006: 400, // invalid connection key
  40009: 413, // message too large
  40010: 400, // invalid channel name
  40011: 400, // cursor expired
  40012: 400, // invalid or incompatible client id
  40013: 400, // invalid message data or encoding
  40020: 400, // batch error
  40031: 400, // invalid message id
  40032: 400, // invalid extras
  40034: 400, // too many messages in one publish
  40099: 400, // refused on request (_forceNack)
  40100: 401, // unauthorised
  40101: 401, // invalid credentials
  40102: 401, // incompatible credentials
  40103: 401, // Basic auth over a plain connection
  40104: 401, // timestamp not current
  40105: 401, // nonce replayed
  40111: 429, // too many connections of the app
  40114: 429, // too many channels of the app
  40120: 401, // app disabled
  40130: 401, // key error
  40131: 401, // key revoked
  40133: 401, // wrong key for revocation
  40140: 401, // token error
  40141: 401, // token revoked
  40142: 401, // token expired
  40143: 401, // token unrecognised
  40144: 401, // invalid JWT
  40145: 401, // invalid Ably token
  40160: 401, // capability denied
  40161: 401, // identified client required
  40162: 401, // operation needs Basic auth
  40163: 401, // revocation not enabled for this key
  40164: 401, // token cannot be revoked
  40165: 401, // channel mode not requested
  40166: 401, // unidentified client holds only -own operations
  40300: 403, // forbidden
  40400: 404, // not found
  40500: 405, // method not allowed
  42200: 422, // content cannot be processed
  42910: 429, // rate limit exceeded
  42911: 429, // connection's inbound rate
  42912: 429, // enumeration already running
  42913: 429, // channel's message rate
  42914: 429, // channel's byte rate
  42915: 429, // connection's outbound rate
  42917: 429, // app's message rate
  42918: 429, // REST request rate
  42921: 429, // connection's inbound rate, fatal
  42924: 429, // protocol messages on a connection, fatal
  42923: 429, // webhook: target answered 429
  42925: 429, // webhook: rate of all rules together
  50000: 500, // internal error
  50001: 500, // internal channel error: what is published cannot be kept
  50003: 504, // timeout
  70001: 503, // webhook: no answer
  70002: 503, // webhook: answer was not a success
  70003: 503, // webhook: too many requests in flight
  80000: 400, // connection failed
  80003: 503, // disconnected
  80005: 400, // connection no longer available
  80008: 400, // unable to recover the connection
  80016: 400, // connection replaced by a newer one
  80017: 400, // connection closed
  80018: 400, // invalid connection key
  80019: 401, // token request failed
  80020: 400, // continuity lost: delivery rate exceeded
  80021: 429, // rate of new connections
  80022: 404, // connection not found
  90000: 400, // channel failed
  90001: 400, // invalid channel state
  90003: 400, // continuity not guaranteed
  90004: 400, // backlog too large
  90008: 400, // attach point too old for untilAttach
  90021: 429, // rate of new channels
  90010: 400, // too many channels on the connection
  91000: 400, // presence without client id
  91001: 400, // presence in a wrong channel state
  91003: 400, // too many presence members
  93002: 400, // mutation needs a mutable namespace
} as const satisfies Record<number, number>;

export type ErrorCode = keyof typeof STATUS;

/** Builds an ErrorInfo. The message has the form "unable to <operation>; <reason>" and holds no secret. */
export function errorInfo(code: ErrorCode, message: string, detail?: Record<string, string>): ErrorInfo {
  const base = { code, statusCode: STATUS[code], message, href: `https://help.ably.io/error/${code}` };
  return detail === undefined ? base : { ...base, detail };
}

/** The same error under another HTTP status: some depend on where they happen. */
export const withStatus = (error: ErrorInfo, statusCode: number): ErrorInfo => ({ ...error, statusCode });

/** A refusal is a value; only bugs throw. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

/** The refusing half of a Result. */
export interface Refusal {
  readonly ok: false;
  readonly error: ErrorInfo;
}

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const refuse = (code: ErrorCode, message: string): Refusal => ({
  ok: false,
  error: errorInfo(code, message),
});

/** The refusal of what the storage could not keep. */
export const notKept = (operation: string): Refusal =>
  refuse(50001, `unable to ${operation}; the broker cannot write its data, see its log`);
