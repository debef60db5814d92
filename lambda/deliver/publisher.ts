/** What the function needs from Ably, so that tests and other transports can stand in for it. */
import type { OutgoingMessage } from "../decide/outgoing.ts";
import type { LiveEvent } from "./live.ts";
import type { Notice } from "./notices.ts";

export type Publishable = OutgoingMessage | Notice | LiveEvent;

export interface Publisher {
  /** Publish one message; settles within about `timeoutMs`. The same id twice within two minutes is delivered once. */
  publish(channel: string, message: Publishable, timeoutMs: number): Promise<Published>;
  /** The ids of everything on a channel since a moment (ms). */
  idsSince(channel: string, since: number, timeoutMs: number): Promise<Ids>;
}

export type Published = { readonly ok: true } | Failure;
export type Ids = { readonly ok: true; readonly ids: ReadonlySet<string> } | Failure;

export interface Failure {
  readonly ok: false;
  /** Transient: worth another try. Denied: the key may not. Rejected: this message will never be taken. */
  readonly kind: "transient" | "denied" | "rejected";
  readonly code?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}
