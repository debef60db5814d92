/** The page as `npm run dev` builds it: the same, and it reloads when the server has a document of another build. */
import "./main.ts";

const ASK_MS = 400;
const built = document.querySelector("meta[name=built]")?.outerHTML ?? "";

async function ask(): Promise<void> {
  try {
    const response = await fetch(location.pathname, { cache: "no-store" });
    if (response.ok && !(await response.text()).includes(built)) location.reload();
  } catch {
    // the server is starting anew
  }
}

setInterval(() => void ask(), ASK_MS);
