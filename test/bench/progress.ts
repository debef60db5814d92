/** The progress of a long command: one line that is written over on a terminal, and nothing anywhere else. */
export interface Progress {
  /** The next of the steps begins. */
  step(what: string): void;
  end(): void;
}

interface ProgressParts {
  readonly out?: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  readonly now?: () => number;
  /** Calls back each second until its result is called. */
  readonly everySecond?: (tick: () => void) => () => void;
}

const CLEAR = "\r\u001b[K";

/** Says what is done now, and for how long the whole has run. */
export function createProgress(parts: ProgressParts = {}): Progress {
  const { out = process.stderr, now = () => performance.now(), everySecond = eachSecond } = parts;
  const startedAt = now();
  let doing = "";
  const show = (): void => {
    if (out.isTTY) out.write(`${CLEAR}${clockTime(now() - startedAt)} ${doing}`);
  };
  const stop = everySecond(show);
  return {
    step(what) {
      doing = what;
      show();
    },
    end() {
      stop();
      if (out.isTTY) out.write(CLEAR);
    },
  };
}

/** Prints what stays, in place of the progress. */
export function print(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(CLEAR);
  process.stdout.write(`${text}\n`);
}

/** Minutes and seconds. */
function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function eachSecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
