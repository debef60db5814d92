/** A schedule: many tasks on one timer of the clock. */
import type { Clock } from "./clock.ts";

/**
 * A binary heap of tasks by due time. Thousands of connections each have something to do
 * "later" (heartbeat, expiry, leave), and a timer of the runtime for each would cost more memory than the connection.
 */
export class Schedule implements Clock {
  readonly #clock: Clock;
  readonly #heap: Task[] = [];
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, run: () => void): () => void {
    const task = this.add(this.#clock.now() + ms, run);
    return () => this.cancel(task);
  }

  /** Runs `run` at `at`; the answer is the handle for `cancel`. After the end nothing runs any more. */
  add(at: number, run: () => void): Task {
    const task: Task = { at, run, index: this.#closed ? -1 : this.#heap.length };
    if (this.#closed) return task;
    this.#heap.push(task);
    this.#rise(task);
    this.#arm();
    return task;
  }

  cancel(task: Task): void {
    if (task.index < 0) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== task) {
      last.index = task.index;
      this.#heap[last.index] = last;
      this.#rise(last);
      this.#sink(last);
    }
    task.index = -1;
  }

  /** Forgets every task, and those still to come. */
  close(): void {
    this.#closed = true;
    for (const task of this.#heap) task.index = -1;
    this.#heap.length = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = first.at;
    this.#cancelTimer = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#runDue());
  }

  #runDue(): void {
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let task = this.#heap[0]; task !== undefined && task.at <= now; task = this.#heap[0]) {
      this.cancel(task);
      task.run();
    }
    this.#arm();
  }

  #rise(task: Task): void {
    while (task.index > 0) {
      const parent = this.#heap[(task.index - 1) >> 1];
      if (parent === undefined || parent.at <= task.at) return;
      this.#swap(task, parent);
    }
  }

  #sink(task: Task): void {
    for (;;) {
      const left = this.#heap[2 * task.index + 1];
      const right = this.#heap[2 * task.index + 2];
      const least = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (least === undefined || least.at >= task.at) return;
      this.#swap(task, least);
    }
  }

  #swap(a: Task, b: Task): void {
    const index = a.index;
    a.index = b.index;
    b.index = index;
    this.#heap[a.index] = a;
    this.#heap[b.index] = b;
  }
}

/** One entry of the schedule; its place in the heap is its own affair. */
export interface Task {
  readonly at: number;
  readonly run: () => void;
  index: number;
}
