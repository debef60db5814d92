/**
 * The real network behind a rule. undici keeps connections alive, follows no redirect, and costs a fraction of `fetch`
 * for a request; `dispatch` costs less than its `request`, because nobody wants a stream of the answer. Only the status
 * matters; of the body no more than a little is read, so that the connection can be used again. It is loaded at the first
 * request: most brokers in tests have no rules.
 */
import type { Agent } from "undici";
import type { Post, PostRequest } from "./attempt.ts";

/** Bytes of an answer that are read to free its connection; a longer answer costs the connection instead. */
const ANSWER_BYTES = 64 * 1024;

/** Connections to one endpoint: room for every unbatched request that may be under way. */
const CONNECTIONS = 128;

/** A `Post` with connections of its own, and the end of them. */
export function createUndiciPost(timeoutMs: number): { post: Post; close(): Promise<void> } {
  let agent: Promise<Agent> | undefined;
  const open = async (): Promise<Agent> => {
    const { default: undici } = await import("undici"); // the default export, which a bundle has, too
    return new undici.Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  };
  return {
    async post(request) {
      agent ??= open();
      return await dispatch(await agent, request);
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}

/** Answers with the status as soon as it is there; how the rest of the answer ends does not matter then. */
function dispatch(agent: Agent, { url, headers, body, signal }: PostRequest): Promise<{ readonly status: number }> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let end = (): void => {};
    agent.dispatch(
      { origin, path: pathname + search, method: "POST", headers, body },
      {
        onRequestStart(controller) {
          const abort = (): void => controller.abort(new Error("nobody waits for the answer any more"));
          if (signal.aborted) abort();
          else signal.addEventListener("abort", abort, { once: true });
          end = () => signal.removeEventListener("abort", abort);
        },
        onResponseStart(_, status) {
          if (status >= 200) resolve({ status });
        },
        onResponseData(controller, chunk) {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES) controller.abort(new Error("the answer is too long"));
        },
        onResponseEnd: () => end(),
        onResponseError(_, error) {
          end();
          reject(error);
        },
      },
    );
  });
}
