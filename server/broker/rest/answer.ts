/** A REST request of the program that runs the broker, and an answer, before it is written. */

export interface OwnRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Who asks: `appId.keyId:secret`. */
  readonly key: string;
  /** What would be JSON over HTTP. Neither side changes it afterwards, nor the answer's. */
  readonly body?: unknown;
}

export interface OwnAnswer {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: unknown;
}
