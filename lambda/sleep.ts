/** Waiting. Everything that waits takes this as a parameter, so that a test can move the time. */

/** Waits; `end` ends it early. */
export type Sleep = (ms: number, end?: End) => Promise<void>;

/** The early end of waits. An AbortController is one, too, and costs as much as reading a request; each request takes some. */
export class End {
  #hasCome = false;
  #tasks: (() => void)[] = [];

  /** Has `task` run when it comes, or now when it has come. */
  on(task: () => void): void {
    if (this.#hasCome) task();
    else this.#tasks.push(task);
  }

  /** Here it is. */
  come(): void {
    this.#hasCome = true;
    for (const task of this.#tasks.splice(0)) task();
  }
}

/** Waits for real. */
export const sleep: Sleep = (ms, end) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    end?.on(() => {
      clearTimeout(timer);
      resolve();
    });
  });
