/** What the moderator tells one sender: a channel of their own. */
import type { BaseRealtime } from "ably/modular";
import type { Notice } from "../state.ts";
import { EVENT, readNotices } from "./protocol.ts";
import { quietly } from "./realtime.ts";

/** Listens to a notices channel, rewound so that what was said while the page reloaded is heard as well. */
export function listenToNotices(realtime: BaseRealtime, channel: string, noticed: (notice: Notice) => void): void {
  const notices = realtime.channels.get(channel, { modes: ["SUBSCRIBE"], params: { rewind: "2m" } });
  void quietly(
    notices.subscribe(EVENT.notice, (message) => {
      for (const notice of readNotices(message)) noticed(notice);
    }),
  );
}
