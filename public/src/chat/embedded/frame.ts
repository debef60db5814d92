/** The page in a frame of another site: it says so in every request, and signs in in a window of its own. */

export interface Frame {
  /** The part of the address that asks for colours. */
  readonly look: URLSearchParams;
  readonly request: typeof fetch;
  /** Opens a window to sign in; the word by which the frame becomes who signed in there is for `take`. */
  signIn(take: (word: string) => void): void;
}

/** The frame that an address makes of the page, by what it asks for. */
export function frameOf(look: URLSearchParams): Frame {
  const request: typeof fetch = (input, init) => {
    const address = String(input);
    return fetch(`${address}${address.includes("?") ? "&" : "?"}embed`, init);
  };
  return { look, request, signIn };
}

/** The window tells the frame when it is done; the frame listens to our own pages only. */
function signIn(take: (word: string) => void): void {
  const listening = new AbortController();
  addEventListener(
    "message",
    ({ origin, data }) => {
      if (origin !== location.origin || typeof data?.word !== "string") return;
      listening.abort();
      take(data.word);
    },
    { signal: listening.signal },
  );
  open("/sign-in?to=/signed-in", "asterism-sign-in", "popup,width=480,height=640");
}
