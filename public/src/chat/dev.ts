/** The page as `npm run dev` builds it: the same, and it reloads when there is another build. */
import "./main.ts";

const ASK_MS = 400;
const built = document.querySelector<HTMLMetaElement>("meta[name=built]")?.content;

async function ask(): Promise<void> {
  try {
    const response = await fetch("/assets/built.txt", { cache: "no-store" });
    if (response.ok && (await response.text()) !== built) location.reload();
  } catch {
    // the server is starting anew
  }
}

setInterval(() => void ask(), ASK_MS);
