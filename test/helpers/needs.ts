/** What a suite needs of the machine it runs on: where it is missing, a person is told loudly and CI fails. */

export interface Need {
  readonly isMet: boolean;
  /** What is missing, and how to get it. */
  readonly otherwise: string;
}

/** True when the suite must be skipped. A skipped suite is not green: in CI this throws instead. */
export function isSkipped({ isMet, otherwise }: Need): boolean {
  if (isMet) return false;
  if (process.env.CI) throw new Error(`this suite may not be skipped in CI: ${otherwise}`);
  process.stderr.write(`\nSKIPPED: ${otherwise}\n`);
  return true;
}
