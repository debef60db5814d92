/** Who is in the room, and who of them is typing. */
import type * as Ably from "ably";
import { PEOPLE_PAUSE_MS } from "../limits.ts";
import type { Person } from "../state.ts";
import { readPeople } from "./protocol.ts";
import { quietly } from "./realtime.ts";

export interface RoomPresence {
  /** To call once, when the channel is attached for the first time: after a break the SDK enters again by itself. */
  enter(): void;
  setTyping(flag: boolean): void;
  /** Tells the others the flag when they do not have it yet; to call whenever the channel is attached. */
  tellTyping(): void;
}

/** Keeps `changed` informed of the people on a channel, at most a few times a second however many come and go. */
export function createPresence(
  channel: Ably.RealtimeChannel,
  changed: (people: readonly Person[]) => void,
): RoomPresence {
  let told = false;
  let typing = false;
  let isReading = false;

  function read(): void {
    if (isReading) return;
    isReading = true;
    setTimeout(async () => {
      isReading = false;
      const members = await quietly(channel.presence.get());
      if (members !== null) changed(readPeople(members));
    }, PEOPLE_PAUSE_MS);
  }

  function tellTyping(): void {
    if (told === typing || channel.state !== "attached") return;
    told = typing;
    void quietly(channel.presence.update({ typing }));
  }

  void quietly(channel.presence.subscribe(read));
  return {
    enter() {
      void quietly(channel.presence.enter());
      read();
    },
    setTyping(flag) {
      typing = flag;
      tellTyping();
    },
    tellTyping,
  };
}
