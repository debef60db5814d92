/** The function's log: one line of JSON for each thing, with metrics in it. */
import { expect, test } from "vitest";
import { createJsonLog, formatDecision, type LogEntry } from "../../lambda/log.ts";
import { noCounts } from "../../lambda/metrics.ts";

const decision: LogEntry = {
  event: "decision",
  requestId: "r1",
  decision: "published",
  channel: "chat:from-clients",
  author: "Ada.x1y2z3",
  id: "abc:0",
  starred: 2,
  attempts: 3,
  delayMs: 140,
};

const invocation: LogEntry = {
  event: "invocation",
  requestId: "r1",
  status: 200,
  durationMs: 31,
  coldStart: true,
  counts: { ...noCounts(), published: 2, starred: 1 },
  oldestMs: 900,
};

function lineOf(entry: LogEntry) {
  const lines: string[] = [];
  createJsonLog(
    (line) => lines.push(line),
    () => 1_700_000_000_000,
    "asterism-dev",
  )(entry);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith("\n")).toBe(true);
  return JSON.parse(lines[0] ?? "");
}

test("writes a decision as it is, on one line", () => {
  expect(lineOf(decision)).toEqual(decision);
});

test("writes an invocation as an embedded metric document", () => {
  const line = lineOf(invocation);
  expect(line).toMatchObject({
    status: 200,
    Published: 2,
    Starred: 1,
    OldestItemAgeMs: 900,
    DurationMs: 31,
    FunctionName: "asterism-dev",
  });
  const [directive] = line._aws.CloudWatchMetrics;
  expect(line._aws.Timestamp).toBe(1_700_000_000_000);
  expect(directive).toMatchObject({ Namespace: "Asterism", Dimensions: [["FunctionName"]] });
  for (const { Name } of directive.Metrics) expect(typeof line[Name]).toBe("number");
});

test.each<[LogEntry, string]>([
  [decision, "published, 2 starred Ada.x1y2z3 in chat:from-clients after 140 ms 3 attempts"],
  [
    {
      event: "decision",
      requestId: "r1",
      decision: "refused",
      author: "Ada.x1y2z3",
      reason: "too-long",
      quarantined: true,
    },
    "refused              Ada.x1y2z3 (too-long) quarantined",
  ],
  [
    { event: "decision", requestId: "r1", decision: "ignored", reason: "channel.presence" },
    "ignored              - (channel.presence)",
  ],
  [invocation, "answered 200         in 31 ms, 2 published, 1 starred"],
  [
    { ...invocation, status: 401, reason: "no credentials", counts: noCounts() },
    "answered 401         in 31 ms, no credentials",
  ],
])("prints %o for people", (entry, line) => {
  expect(formatDecision(entry)).toBe(line);
});
