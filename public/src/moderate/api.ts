/** The desk's questions to its own server. A refusal is a value with a code and a sentence. */

import { ask } from "../common/ask.ts";
import type { Outcome } from "./wire.ts";

/** One thing that is wrong with a policy, and where. */
export interface PolicyProblem {
  readonly path: string;
  readonly message: string;
}

/** Why the server said no; `code` is `unreachable` when it said nothing. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly problems?: readonly PolicyProblem[];
  /** Of a case that somebody else decided. */
  readonly case?: { readonly outcome?: Outcome; readonly decidedBy?: string };
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly refusal: Refusal };

interface Message {
  readonly body: object;
  /** The version that this is to follow. */
  readonly ifMatch?: number;
}

export interface Api {
  get<T>(path: string, parameters?: Readonly<Record<string, string | undefined>>): Promise<Answer<T>>;
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, message?: Message): Promise<Answer<T>>;
}

/** How the server is. */
export type Health = "well" | "signed-out" | "store-down" | "unreachable";

interface ApiDeps {
  /** The browser's fetch. */
  readonly request: typeof fetch;
  /** Told after each answer. */
  readonly health: (health: Health) => void;
}

/** Asks below `/moderate/`. */
export function createApi({ request, health }: ApiDeps): Api {
  async function below<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const answer = await answerTo<T>(() => request(`/moderate/${path}`, { cache: "no-store", ...init }));
    health(healthOf(answer));
    return answer;
  }
  return {
    get(path, parameters = {}) {
      const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      const query = new URLSearchParams(given).toString();
      return below(query === "" ? path : `${path}?${query}`, { method: "GET" });
    },
    send(method, path, { body, ifMatch } = { body: {} }) {
      const headers: Record<string, string> = { "content-type": "application/json" };
      if (ifMatch !== undefined) headers["if-match"] = `"${ifMatch}"`;
      return below(path, { method, headers, body: JSON.stringify(body) });
    },
  };
}

/** What the desk says of an error that comes without a sentence. */
const SENTENCES: Readonly<Record<string, string>> = {
  unreachable: "The server cannot be reached.",
  "bad-answer": "The server gave an answer without a reason.",
};

async function answerTo<T>(question: () => Promise<Response>): Promise<Answer<T>> {
  const answer = await ask<T>(question);
  if (answer.ok) return answer;
  const { error, status } = answer;
  return { ok: false, status, refusal: { ...error, message: error.message || (SENTENCES[error.code] ?? "") } };
}

/** A session that ended and a store that is down concern the whole desk, and a refusal of one thing does not. */
function healthOf(answer: Answer<unknown>): Health {
  if (answer.ok) return "well";
  if (answer.status === 401 || answer.refusal.code === "not-signed-in") return "signed-out";
  if (answer.status === 503) return "store-down";
  return answer.status === 0 ? "unreachable" : "well";
}
