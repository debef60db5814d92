/** What a long command shows on a terminal while it runs. */
import { expect, test } from "vitest";
import { createProgress } from "../bench/progress.ts";

function stand(isTTY: boolean) {
  const written: string[] = [];
  const time = { ms: 0, tick: () => {} };
  const out = { isTTY, write: (text: string) => written.push(text) > 0 };
  const everySecond = (tick: () => void) => {
    time.tick = tick;
    return () => {
      time.tick = () => {};
    };
  };
  return { written, time, progress: createProgress({ out, now: () => time.ms, everySecond }) };
}

test("one line says what is done now and for how long, and is taken away at the end", () => {
  const { written, time, progress } = stand(true);
  progress.step("engine: rates");
  time.ms = 61_500;
  time.tick();
  progress.end();
  time.tick();
  expect(written).toEqual(["\r\u001b[K0:00 engine: rates", "\r\u001b[K1:01 engine: rates", "\r\u001b[K"]);
});

test("where there is no terminal, nothing is written", () => {
  const { written, time, progress } = stand(false);
  progress.step("engine: rates");
  time.tick();
  progress.end();
  expect(written).toEqual([]);
});
