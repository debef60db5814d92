/**
 * Somebody's line to the network, that can be cut. The page's build of the SDK opens the browser's own sockets; here these
 * are sockets of `ws`, and each knows whose line it was opened on.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { WebSocket } from "ws";

const current = new AsyncLocalStorage<Line>();

/** Nobody listens there. */
const NOWHERE = "ws://127.0.0.1:9";

export class Line {
  #isUp = true;
  readonly #sockets = new Set<WebSocket>();

  /** What is begun in here uses this line, now and later. */
  use<T>(task: () => T): T {
    return current.run(this, task);
  }

  /** Loses every socket; the next one opens. */
  drop(): void {
    // what hears of the end, and opens the next one, is on this line, too
    for (const socket of this.#sockets) this.use(() => socket.terminate());
  }

  /** Loses every socket, and opens no other until the line is mended. */
  cut(): void {
    this.#isUp = false;
    this.drop();
  }

  mend(): void {
    this.#isUp = true;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Remembers a socket for as long as it is open. */
  carry(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

class LineSocket extends WebSocket {
  constructor(url: string) {
    const line = current.getStore();
    if (line === undefined) throw new Error("a socket was opened on nobody's line");
    super(line.isUp ? url : NOWHERE);
    line.carry(this);
  }
}

/** To be called before the SDK is loaded: it takes what a browser has. */
export function giveSocketsOfABrowser(): void {
  Object.assign(globalThis, { WebSocket: LineSocket, Window: globalThis.Window ?? class Window {} });
}
