/** The schedule: many tasks on one timer. */
import { expect, test } from "vitest";
import { Schedule } from "../../../server/broker/schedule.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";

test("runs tasks in the order of their times, on one timer", () => {
  const clock = createFakeClock(0);
  const schedule = new Schedule(clock);
  const ran: number[] = [];
  for (const at of [30, 10, 50, 20, 40]) schedule.add(at, () => ran.push(at));
  clock.tick(35);
  expect(ran).toEqual([10, 20, 30]);
  expect(clock.pending).toBe(1);
  clock.tick(100);
  expect(ran).toEqual([10, 20, 30, 40, 50]);
  expect(clock.pending).toBe(0);
});

test("a cancelled task does not run, however often it is cancelled", () => {
  const clock = createFakeClock(0);
  const schedule = new Schedule(clock);
  const ran: number[] = [];
  const tasks = Array.from({ length: 100 }, (_, at) => schedule.add(at, () => ran.push(at)));
  for (const [at, task] of tasks.entries()) if (at % 3 !== 0) schedule.cancel(task);
  for (const task of tasks.slice(1, 3)) schedule.cancel(task);
  clock.tick(100);
  expect(ran).toEqual(Array.from({ length: 34 }, (_, index) => 3 * index));
});

test("a task may plan another, and nothing runs after the end", () => {
  const clock = createFakeClock(0);
  const schedule = new Schedule(clock);
  let beats = 0;
  const beat = () => {
    beats++;
    schedule.after(10, beat);
  };
  schedule.after(10, beat);
  clock.tick(35);
  expect(beats).toBe(3);
  schedule.close();
  clock.tick(100);
  expect(beats).toBe(3);
});

test("what is planned after the end is forgotten, and may be cancelled", () => {
  const clock = createFakeClock(0);
  const schedule = new Schedule(clock);
  schedule.close();
  const task = schedule.add(10, () => expect.unreachable());
  expect(clock.pending).toBe(0);
  schedule.cancel(task);
  clock.tick(100);
});
