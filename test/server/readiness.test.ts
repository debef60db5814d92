/** Readiness at Ably: as long as Ably answers, and asked once in a while only. */
import { expect, test } from "vitest";
import { limits } from "../../server/limits.ts";
import { ablyReadiness } from "../../server/readiness.ts";
import { startBroker } from "../helpers/start-broker.ts";

test("follows the endpoint, a moment late", async () => {
  const ably = await startBroker();
  let now = 0;
  const readiness = ablyReadiness({ host: "127.0.0.1", port: ably.port, tls: false }, () => now);
  expect(await readiness()).toBeUndefined();
  await ably.close();
  now = limits.readyAgeMs - 1;
  expect(await readiness()).toBeUndefined();
  now = limits.readyAgeMs;
  expect(await readiness()).toBe("The broker cannot be reached.");
});
