/** The SDK as this page uses it: which host it asks, how its states are called here, and what happens when it says no. */
import type * as Ably from "ably";
import { BaseRealtime, ErrorInfo, FetchRequest, RealtimePresence, Rest, WebSocketTransport } from "ably/modular";
import { type AblyHost, optionsFor } from "../../common/ably-host.ts";
import type { Problem, Refusal } from "../../common/language/language.ts";
import type { Connection } from "../state.ts";

/** Answers the SDK's question for a token. */
type Authenticate = (
  done: (error: ErrorInfo | null, token: Ably.TokenRequest | Ably.TokenDetails | null) => void,
) => Promise<void>;

const CODE = {
  identityChanged: 40102,
  authFailed: 40170,
  /** The SDK does not ask again, since there is no way to another token. */
  noWayToToken: 40171,
  connectionGone: 80000,
  tooFast: 42910,
} as const;
/** The server's word for a session that is over, or was never begun. */
const SIGNED_OUT = "sign_in_required";

/** Starts to connect where the server says; `authenticate` is asked for a token each time that one is needed. */
export function openRealtime(settings: AblyHost, authenticate: Authenticate): BaseRealtime {
  return new BaseRealtime({
    plugins: { WebSocketTransport, FetchRequest, RealtimePresence, Rest },
    authCallback: (_params, done) => void authenticate(done),
    ...optionsFor(settings),
  });
}

/** The refusal that the SDK is told when the server gives no token. */
export function noToken({ code, message, until = "", reason = "" }: Refusal, status: number): ErrorInfo {
  const error = new ErrorInfo(
    message || code,
    code === SIGNED_OUT ? CODE.noWayToToken : CODE.authFailed,
    status || 503,
  );
  return Object.assign(error, { detail: { until, reason } });
}

/** A state of the SDK's connection in the page's words; null for a state that the page brought about itself. */
export function connectionOf({ current, reason, retryIn }: Ably.ConnectionStateChange, now: number): Connection | null {
  switch (current) {
    case "initialized":
    case "connecting":
      return { name: "connecting" };
    case "connected":
      return { name: "connected" };
    case "disconnected":
    case "suspended":
      return { name: "lost", retryAt: retryIn === undefined ? null : now + retryIn };
    case "failed":
      return refused(reason);
    default:
      return null;
  }
}

/** The server says 403 to whom a moderator keeps out, and says why; the SDK wraps what it was told. */
function refused(reason: Ably.ErrorInfo | undefined): Connection {
  const told = reason?.cause instanceof ErrorInfo ? reason.cause : reason;
  const isBarred = told?.code === CODE.authFailed && told.statusCode === 403;
  const { until = "", reason: word = "" } = told?.detail ?? {};
  const barred = isBarred ? { until: Date.parse(until) || null, word } : undefined;
  return { name: "failed", retryAt: null, barred, isSignedOut: told?.code === CODE.noWayToToken };
}

/** Did the connection end because a token was somebody else's? */
export function isIdentityChange({ current, reason }: Ably.ConnectionStateChange): boolean {
  return current === "failed" && reason?.code === CODE.identityChanged;
}

/** What became of a publish. */
export type Published =
  | { readonly name: "accepted" }
  /** The connection went away first; the same message may be sent again. */
  | { readonly name: "unsent" }
  | { readonly name: "rejected"; readonly reason: Problem };

/** Publishes, and answers what became of it. */
export async function publish(
  { connection }: BaseRealtime,
  channel: Ably.RealtimeChannel,
  message: Ably.Message,
): Promise<Published> {
  try {
    await channel.publish(message);
    return { name: "accepted" };
  } catch (error) {
    if (!(error instanceof ErrorInfo)) throw error;
    const isGone = error.code >= CODE.connectionGone && error.code < CODE.connectionGone + 100;
    if (isGone || connection.state !== "connected") return { name: "unsent" };
    const isTooFast = error.code >= CODE.tooFast && error.code < CODE.tooFast + 20;
    return { name: "rejected", reason: { code: isTooFast ? "too-fast" : "not-sent", message: error.message } };
  }
}

/** The value, or null when the SDK says no: the connection and channel states already tell the page why. */
export async function quietly<T>(task: Promise<T>): Promise<T | null> {
  try {
    return await task;
  } catch {
    return null;
  }
}
