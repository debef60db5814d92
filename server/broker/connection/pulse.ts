/** The pulse of one connection: whether it was written to, and how many pings its peer has left without an answer. */
export class Pulse {
  /** Whether anything was written since the last look. */
  #isActive = false;
  #sweepsToLook = 0;
  #isAsked = false;
  #unanswered = 0;

  /** A socket begins: the first look comes after `sweeps`. */
  start(sweeps: number): void {
    this.#isAsked = false;
    this.#unanswered = 0;
    this.#sweepsToLook = sweeps;
  }

  /** Counts a sweep; answers whether it is time to look, and the next look comes after `sweeps`. */
  isDue(sweeps: number): boolean {
    if (--this.#sweepsToLook > 0) return false;
    this.#sweepsToLook = sweeps;
    return true;
  }

  /** Something was written. */
  wrote(): void {
    this.#isActive = true;
  }

  /** Whether anything was written since the last call. */
  takeActivity(): boolean {
    const active = this.#isActive;
    this.#isActive = false;
    return active;
  }

  /** The peer was sent a ping: its silence from here on says something. */
  pinged(): void {
    this.#isAsked = true;
  }

  /** Notes at a look whether the peer was heard since the last one; answers how many pings went without an answer. */
  look(wasHeard: boolean): number {
    if (wasHeard) this.#unanswered = 0;
    else if (this.#isAsked) this.#unanswered++;
    this.#isAsked = false;
    return this.#unanswered;
  }
}
