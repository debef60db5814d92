/** The log as JSON lines. */
import { expect, test } from "vitest";
import { createJsonLog } from "../../server/log.ts";

test("writes one object a line, with its time and level", () => {
  const lines: string[] = [];
  const log = createJsonLog(
    (line) => lines.push(line),
    () => 0,
  );
  log.info("started", { mode: "local" });
  log.error("rule.failed", { code: 80_000, absent: undefined });
  log.request?.({ id: "1", status: 200 });
  log.decision?.({ event: "decision", requestId: "r", decision: "published" });
  const at = "1970-01-01T00:00:00.000Z";
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at, level: "info", event: "started", mode: "local" },
    { at, level: "error", event: "rule.failed", code: 80_000 },
    { at, level: "info", event: "request", id: "1", status: 200 },
    { at, level: "info", event: "decision", requestId: "r", decision: "published" },
  ]);
  for (const line of lines) expect(line).toMatch(/^\{.*\}\n$/);
});
