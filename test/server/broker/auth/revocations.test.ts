/** Revocations: which tokens they end. */
import { expect, test } from "vitest";
import { FULL_CAPABILITY } from "../../../../server/broker/auth/capability.ts";
import type { Grant } from "../../../../server/broker/auth/grant.ts";
import { type Revocation, Revocations } from "../../../../server/broker/auth/revocations.ts";

const LIFE = 100_000;

/** A token of bob that was issued at `issued`. */
const tokenOf = (issued: number): Grant => ({
  keyId: "key",
  identity: { kind: "client", clientId: "bob" },
  capability: FULL_CAPABILITY,
  token: { issued, expires: issued + LIFE },
});

const revocation = (issuedBefore: number, appliesAt: number, value = "bob"): Revocation => ({
  keyId: "key",
  type: "clientId",
  value,
  issuedBefore,
  appliesAt,
});

test("a revocation that applies later leaves the one before it in force", () => {
  const revocations = new Revocations(10, LIFE);
  revocations.add(revocation(1_000, 1_000), 1_000);
  revocations.add(revocation(2_000, 32_000), 2_000);
  expect([tokenOf(900), tokenOf(1_500)].map((token) => revocations.revokes(token, 3_000))).toEqual([true, false]);
  expect(revocations.revokes(tokenOf(1_500), 32_000)).toBe(true);
});

test("a revocation of older tokens leaves the one before it in force", () => {
  const revocations = new Revocations(10, LIFE);
  revocations.add(revocation(1_000, 1_000), 1_000);
  revocations.add(revocation(500, 2_000), 2_000);
  expect([tokenOf(400), tokenOf(900)].map((token) => revocations.revokes(token, 3_000))).toEqual([true, true]);
});

test("a later revocation that says more takes the place of the one before it", () => {
  const revocations = new Revocations(1, LIFE);
  expect(revocations.add(revocation(1_000, 1_000), 1_000)).toBe(true);
  expect(revocations.add(revocation(2_000, 2_000), 2_000)).toBe(true);
  expect(revocations.revokes(tokenOf(1_500), 3_000)).toBe(true);
});

test("there is room for so many targets, and again when they are too old to matter", () => {
  const revocations = new Revocations(1, LIFE);
  expect(revocations.add(revocation(1_000, 1_000), 1_000)).toBe(true);
  expect(revocations.add(revocation(2_000, 2_000, "eve"), 2_000)).toBe(false);
  expect(revocations.add(revocation(102_000, 102_000, "eve"), 102_000)).toBe(true);
});
