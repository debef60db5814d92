/** The page in a frame of another site: it says so in every request, and signs in in a window of its own. */

export interface Frame {
  /** The part of the address that asks for colours. */
  readonly look: URLSearchParams;
  readonly request: typeof fetch;
  signIn(): void;
}

/** The frame that an address makes of the page, by what it asks for. */
export function frameOf(look: URLSearchParams): Frame {
  const request: typeof fetch = (input, init) => {
    const address = String(input);
    return fetch(`${address}${address.includes("?") ? "&" : "?"}embed`, init);
  };
  return { look, request, signIn: () => signIn(request) };
}

/** Opens a window to sign in. It tells the frame when it is done; the frame listens to our own pages only. */
function signIn(request: typeof fetch): void {
  const listening = new AbortController();
  addEventListener(
    "message",
    async ({ origin, data }) => {
      if (origin !== location.origin || typeof data?.word !== "string") return;
      listening.abort();
      const headers = { "content-type": "application/json" };
      await request("/signed-in", { method: "POST", headers, body: JSON.stringify({ word: data.word }) });
      location.reload();
    },
    { signal: listening.signal },
  );
  open("/sign-in?to=/signed-in", "asterism-sign-in", "popup,width=480,height=640");
}
