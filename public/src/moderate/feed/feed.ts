/** The desk's ear: `desk:live` over the real SDK, with a token of the moderator's own. */
import type * as Ably from "ably";
import { BaseRealtime, ErrorInfo, FetchRequest, WebSocketTransport } from "ably/modular";
import { type AblyHost, optionsFor } from "../../common/ably-host.ts";
import type { Answer } from "../api.ts";
import type { Action, Case, Decision } from "../wire.ts";

/** What came. */
export type Heard =
  | { readonly name: "decisions"; readonly data: readonly Decision[] }
  | { readonly name: "case"; readonly data: Pick<Case, "id" | "state"> & Partial<Case> }
  | { readonly name: "policy"; readonly data: { readonly version: number; readonly savedBy: string } }
  | { readonly name: "sanction"; readonly data: { readonly person: string } };

export type FeedState = "connecting" | "connected" | "lost";

interface FeedDeps {
  readonly settings: AblyHost;
  token(): Promise<Answer<Ably.TokenRequest>>;
  heard(heard: Heard): void;
  /** `missed`: what was said before may have been missed. */
  state(state: FeedState, missed: boolean): void;
}

const CHANNEL = "desk:live";
const AUTH_FAILED = 40170;
const ACTIONS: readonly unknown[] = ["publish", "mask", "block", "hold", "flag"] satisfies Action[];

/** Listens until the page goes. */
export function openFeed({ settings, token, heard, state }: FeedDeps): void {
  const realtime = new BaseRealtime({
    plugins: { WebSocketTransport, FetchRequest },
    authCallback: (_params, done) => void authenticate(token, done),
    ...optionsFor(settings),
  });
  const channel = realtime.channels.get(CHANNEL, { modes: ["SUBSCRIBE"] });
  let wasAttached = false;
  channel.on(["attached", "update"], ({ current, resumed }) => {
    if (current !== "attached") return;
    state("connected", wasAttached && !resumed);
    wasAttached = true;
  });
  realtime.connection.on(({ current }) => {
    if (current === "connecting") state("connecting", false);
    else if (current !== "connected" && current !== "closing" && current !== "closed") state("lost", false);
  });
  channel
    .subscribe((message) => {
      const read = readHeard(message);
      if (read !== null) heard(read);
    })
    .catch(() => state("lost", false)); // the connection says why
}

async function authenticate(
  token: FeedDeps["token"],
  done: (error: ErrorInfo | null, request: Ably.TokenRequest | null) => void,
): Promise<void> {
  const answer = await token();
  if (answer.ok) done(null, answer.value);
  else done(new ErrorInfo(answer.refusal.message, AUTH_FAILED, answer.status || 503), null);
}

/** A message of the agreed form, or null. */
export function readHeard({ name, data }: Pick<Ably.Message, "name" | "data">): Heard | null {
  const value = typeof data === "string" ? parsed(data) : data;
  if (typeof value !== "object" || value === null) return null;
  if (name === "decisions") return Array.isArray(value) ? { name, data: value.filter(isDecision).map(withTime) } : null;
  if (name === "case") return typeof value.id === "string" ? { name, data: value } : null;
  if (name === "policy") return typeof value.version === "number" ? { name, data: value } : null;
  if (name === "sanction") return typeof value.person === "string" ? { name, data: value } : null;
  return null;
}

const isDecision = (value: unknown): value is Decision => {
  const { action, text, author, at } = Object(value);
  return ACTIONS.includes(action) && typeof text === "string" && typeof author === "string" && Number.isFinite(at);
};

/** The function stamps in milliseconds. */
const withTime = (decision: Decision): Decision => ({ ...decision, at: new Date(decision.at).toISOString() });

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
