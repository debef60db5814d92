/**
 * Puts one room of the chat into a page of another site, where this script stands there:
 * `<script src="https://chat.example/embed.js" data-room="garden" data-accent="0b6e4f" async></script>`.
 */
const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const { room = "lobby", title = "Chat", height = "32rem", paper, accent } = script.dataset;
  const address = new URL(`r/${encodeURIComponent(room)}?embed`, script.src);
  for (const [name, colour] of [
    ["paper", paper],
    ["accent", accent],
  ] as const)
    if (colour !== undefined) address.search += `&${name}=${encodeURIComponent(colour.replace("#", ""))}`;
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = title;
  frame.allow = "clipboard-write";
  Object.assign(frame.style, { width: "100%", height, border: "0" });
  script.after(frame);
}
