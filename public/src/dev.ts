/** The page as `npm run dev` builds it: the same, and it reloads when the server has another document. */
import "./main.ts";

const ASK_MS = 400;
let first: string | null = null;

async function ask(): Promise<void> {
  try {
    const { headers } = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    const tag = headers.get("etag");
    first ??= tag;
    if (tag !== first) location.reload();
  } catch {
    // the server is starting anew
  }
}

setInterval(() => void ask(), ASK_MS);
