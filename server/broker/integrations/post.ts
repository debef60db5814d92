/**
 * The real network behind a rule. undici keeps connections alive, follows no redirect, and costs a fraction of `fetch`
 * for a request. Only the status matters; of the body no more than a little is read, so that the connection can be
 * used again. It is loaded at the first request: most brokers in tests have no rules.
 */
import type { Agent } from "undici";
import type { Post } from "./attempt.ts";

/** Bytes of an answer that are read to free its connection; a longer answer costs the connection instead. */
const ANSWER_BYTES = 64 * 1024;

/** Connections to one endpoint: room for every unbatched request that may be under way. */
const CONNECTIONS = 128;

/** A `Post` with connections of its own, and the end of them. */
export function createUndiciPost(timeoutMs: number): { post: Post; close(): Promise<void> } {
  let agent: Promise<Agent> | undefined;
  const open = async (): Promise<Agent> => {
    const { default: undici } = await import("undici"); // as a bundle has it, too
    return new undici.Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  };
  return {
    async post({ url, headers, body, signal }) {
      const { origin, pathname, search } = new URL(url);
      agent ??= open();
      const connections = await agent;
      const answer = await connections.request({
        origin,
        path: pathname + search,
        method: "POST",
        headers,
        body,
        signal,
      });
      answer.body.dump({ limit: ANSWER_BYTES }).catch(() => {
        // the status has arrived; how the rest of the answer ends does not matter
      });
      return { status: answer.statusCode };
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}
