/** The rate at which all rules together may call out: a bucket that refills evenly. */
export interface RateGate {
  /**
   * Takes one request out of the bucket if `reserve` more stay in it, and answers 0; else answers how many ms to wait.
   */
  take(reserve?: number): number;
}

/** A gate for `perSecond` requests, with a burst of one second's worth. */
export function createRateGate(now: () => number, perSecond: number): RateGate {
  let tokens = perSecond;
  let refilledAt = now();
  return {
    take(reserve = 0) {
      const time = now();
      tokens = Math.min(perSecond, tokens + (Math.max(0, time - refilledAt) * perSecond) / 1000);
      refilledAt = time;
      if (tokens >= 1 + reserve) {
        tokens -= 1;
        return 0;
      }
      return Math.ceil(((1 + reserve - tokens) * 1000) / perSecond);
    },
  };
}
