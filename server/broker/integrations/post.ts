/**
 * The real network behind a rule. undici keeps connections alive, follows no redirect, and costs a fraction of `fetch`
 * for a request. Only the status matters; of the body no more than a little is read, so that the connection can be
 * used again.
 */
import { Agent } from "undici";
import type { Post } from "./attempt.ts";

/** Bytes of an answer that are read to free its connection; a longer answer costs the connection instead. */
const ANSWER_BYTES = 64 * 1024;

/** Connections to one endpoint: room for every unbatched request that may be under way. */
const CONNECTIONS = 128;

/** A `Post` with connections of its own, and the end of them. */
export function createUndiciPost(timeoutMs: number): { post: Post; close(): Promise<void> } {
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    async post({ url, headers, body, signal }) {
      const { origin, pathname, search } = new URL(url);
      const answer = await agent.request({ origin, path: pathname + search, method: "POST", headers, body, signal });
      answer.body.dump({ limit: ANSWER_BYTES }).catch(() => {
        // the status has arrived; how the rest of the answer ends does not matter
      });
      return { status: answer.statusCode };
    },
    close: () => agent.destroy(),
  };
}
