/** Hanging up: how the broker closes a socket, and with which WebSocket close codes. */
import type { Schedule } from "../schedule.ts";
import type { Socket } from "./socket.ts";

/** WebSocket close codes. */
export const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, tryAgain: 1013 } as const;

/** Why a socket is closed. */
export interface Goodbye {
  readonly code: number;
  readonly reason: string;
  /** Milliseconds that the closing handshake may take. */
  readonly graceMs: number;
}

/** Begins the closing handshake, and does not wait for ever for its end. */
export function hangUp(schedule: Schedule, socket: Socket, { code, reason, graceMs }: Goodbye): void {
  socket.close(code, reason);
  const task = schedule.add(schedule.now() + graceMs, () => socket.destroy());
  socket.onceClosed(() => schedule.cancel(task));
}
