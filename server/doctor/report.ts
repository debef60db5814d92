/** What the doctor says: one line for each step, and what to do about it. */

export type Finding =
  | { readonly kind: "pass"; readonly detail: string }
  /** It works, but should not stay like this. */
  | { readonly kind: "warn"; readonly detail: string; readonly remedy: string }
  | { readonly kind: "fail"; readonly detail: string; readonly remedy: string }
  | { readonly kind: "skip"; readonly detail: string };

export interface Step {
  readonly name: string;
  readonly finding: Finding;
}

const MARKS = { pass: "pass", warn: "WARN", fail: "FAIL", skip: "skip" } as const;

/** One step for a terminal: the line, and the remedy on the next. */
export function formatStep({ name, finding }: Step): string {
  const line = `${MARKS[finding.kind]}  ${name.padEnd(22)} ${finding.detail}`;
  return "remedy" in finding ? `${line}\n      ${" ".repeat(22)} -> ${finding.remedy}` : line;
}

export const pass = (detail: string): Finding => ({ kind: "pass", detail });
export const warn = (detail: string, remedy: string): Finding => ({ kind: "warn", detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ kind: "fail", detail, remedy });
export const skip = (detail: string): Finding => ({ kind: "skip", detail });

/** Says what a step found; true unless it failed. */
export type Tell = (name: string, finding: Finding) => boolean;

/** How long one request of a step may take (ms). */
export const REQUEST_MS = 10_000;

export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
