/** The progress of a long command: one line that is written over on a terminal, and nothing anywhere else. */
export interface Progress {
  /** The next of the steps begins. */
  step(what: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Counts to `steps`. */
export function createProgress(steps: number, out: NodeJS.WriteStream = process.stderr): Progress {
  let done = 0;
  const write = (text: string): void => {
    if (out.isTTY) out.write(`\r\u001b[K${text}`);
  };
  return {
    step(what) {
      done += 1;
      write(`${Math.min(done, steps)} of ${steps}: ${what}`);
    },
    end: () => write(""),
  };
}
