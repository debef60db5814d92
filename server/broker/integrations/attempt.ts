/** One POST and its outcome: answered, or not answered in time. Knows no rule, no retry. */
import type { Clock } from "../clock.ts";
import type { Delivery } from "./envelope.ts";

/** What goes over the network. */
export interface PostRequest extends Delivery {
  readonly url: string;
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal;
}

/** Sends one request; resolves with the status as soon as it is known, rejects when there is none. */
export type Post = (request: PostRequest) => Promise<{ readonly status: number }>;

/** How a POST ended. */
export type Outcome =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "silent"; readonly reason: string }
  | { readonly kind: "cancelled" };

/** A POST under way. */
export interface Attempt {
  readonly outcome: Promise<Outcome>;
  /** Ends the request; the outcome is `cancelled` unless it was known before. */
  cancel(): void;
}

/** Starts a POST that is given up after `timeoutMs`. */
export function startAttempt(
  { post, clock, timeoutMs }: { post: Post; clock: Clock; timeoutMs: number },
  url: string,
  { headers, body }: Delivery,
): Attempt {
  const request = new Request(url, headers, body);
  const { promise: outcome, resolve } = promiseWithResolver<Outcome>();
  const stopTimer = clock.after(timeoutMs, () => finish({ kind: "silent", reason: `no answer in ${timeoutMs} ms` }));
  const finish = (result: Outcome): void => {
    stopTimer();
    resolve(result);
    request.abort();
  };
  post(request).then(
    ({ status }) => {
      stopTimer();
      resolve({ kind: "answered", status });
    },
    (error: unknown) => finish({ kind: "silent", reason: reasonOf(error) }),
  );
  return { outcome, cancel: () => finish({ kind: "cancelled" }) };
}

/** Its signal is made when somebody asks for it: an answer from this process does not need one. */
class Request implements PostRequest {
  readonly url: string;
  readonly headers: PostRequest["headers"];
  readonly body: Buffer;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(url: string, headers: PostRequest["headers"], body: Buffer) {
    this.url = url;
    this.headers = headers;
    this.body = body;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Nobody waits for the answer any longer. */
  abort(): void {
    this.#isOver = true;
    this.#controller?.abort();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the request could not be made";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function promiseWithResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
