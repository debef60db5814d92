/** The pulse of one connection: whether it was written to, and how long its peer has been silent. */
export class Pulse {
  /** Whether anything was written since the last look. */
  #isActive = false;
  #sweepsToLook = 0;
  #looksUnheard = 0;

  /** A socket begins: the first look comes after so many sweeps. */
  start(sweeps: number): void {
    this.#looksUnheard = 0;
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

  /** Notes at a look whether the peer was heard; answers for how many looks it was not. */
  look(wasHeard: boolean): number {
    this.#looksUnheard = wasHeard ? 0 : this.#looksUnheard + 1;
    return this.#looksUnheard;
  }

  /** Whether anything was written since the last call. */
  takeActivity(): boolean {
    const active = this.#isActive;
    this.#isActive = false;
    return active;
  }
}
