/** An attachment to a channel that stands alone, with a subscriber of the test. */
import type { Attachment } from "../../../../server/broker/channel/attachment.ts";

/** With these modes, and what becomes of what it is offered. */
export function attachmentWith(modes: number, offer: Attachment["subscriber"]["offer"]): Attachment {
  return {
    subscriber: { connectionId: "c", format: "json", deliver: () => {}, offer, missed: () => {} },
    name: "mutable:room",
    modes,
    asked: modes,
    echo: true,
    params: new Map(),
    occupancy: false,
    wholeAppends: false,
    since: "",
    deltas: false,
    lossy: false,
    told: undefined,
  };
}
