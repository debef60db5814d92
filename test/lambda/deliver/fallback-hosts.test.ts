/** Which of Ably's hosts is asked after a failure, and for how long. */
import { expect, test } from "vitest";
import { createHosts } from "../../../lambda/deliver/fallback-hosts.ts";

let at = 1_000;
const deps = { now: () => at, random: () => 0.5 };

test("asks Ably's own host, and another one for ten minutes after it failed", () => {
  const hosts = createHosts(undefined, deps);
  expect(hosts.current()).toBe("main.realtime.ably.net");
  expect(hosts.after(hosts.current())).toBe("main.c.fallback.ably-realtime.com");
  expect(hosts.current()).toBe("main.c.fallback.ably-realtime.com");
  at += 600_000;
  expect(hosts.current()).toBe("main.realtime.ably.net");
});

test("does not ask the host again that has just failed", () => {
  const hosts = createHosts(undefined, deps);
  const second = hosts.after(hosts.current());
  expect(hosts.after(second ?? "")).not.toBe(second);
});

test("has no other host beside an endpoint of one's own", () => {
  const hosts = createHosts("127.0.0.1", deps);
  expect(hosts.after("127.0.0.1")).toBeUndefined();
  expect(hosts.current()).toBe("127.0.0.1");
});
