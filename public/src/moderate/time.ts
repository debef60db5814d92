/** Times as the desk writes them: how long ago, and exactly. */

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { style: "narrow" });
const exactly = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Such as `5m ago`, `in 2h` or `now`. */
export function ago(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(ms) >= length) return relative.format(Math.round(ms / length), unit);
  }
  return "now";
}

/** Such as `26 Nov 2026, 15:04:12`. */
export const exactTime = (at: string): string => exactly.format(new Date(at));

/** Such as `26 Nov, 15:04`. */
export const shortTime = (at: string): string => short.format(new Date(at));

/** Such as `15:04:12`. */
export const clockTime = (at: string): string => clock.format(new Date(at));

/** The end of a sanction in words. */
export const untilText = (until: string | null): string => (until === null ? "for good" : `until ${shortTime(until)}`);
