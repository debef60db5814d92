/** What the moderator tells one sender: a channel of their own. */
import type { BaseRealtime } from "ably/modular";
import { HEARD_NOTICES } from "../limits.ts";
import type { Notice } from "../state.ts";
import { EVENT, readNotices } from "./protocol.ts";
import { quietly } from "./realtime.ts";

/**
 * Listens to a notices channel, rewound so that what was said while the page reloaded is heard as well. Where the
 * connection could not be told everything, the channel is attached anew, and rewound again; each notice is heard once.
 */
export function listenToNotices(realtime: BaseRealtime, channel: string, noticed: (notice: Notice) => void): void {
  const notices = realtime.channels.get(channel, { modes: ["SUBSCRIBE"], params: { rewind: "2m" } });
  const heard = new Set<string>();
  notices.on("update", ({ resumed }) => {
    if (!resumed) void quietly(notices.detach());
  });
  notices.on("detached", () => void quietly(notices.attach()));
  void quietly(
    notices.subscribe(EVENT.notice, (message) => {
      if (heard.has(message.id)) return;
      heard.add(message.id);
      const [oldest] = heard;
      if (heard.size > HEARD_NOTICES && oldest !== undefined) heard.delete(oldest);
      for (const notice of readNotices(message)) noticed(notice);
    }),
  );
}
