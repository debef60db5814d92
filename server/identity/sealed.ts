/**
 * Values that the browser keeps for us and cannot change: a signed token with an end, for one purpose each, so that a value
 * made for one thing is never taken for another. The first secret signs, all of them are believed.
 */
import { createHmac } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type * as z from "zod";

export interface Seal<T extends object> {
  /** The value as text, with its end in it. */
  close(value: T): Promise<string>;
  /** The value if we sealed it for this purpose and it has not ended, with the time when it was made. */
  open(text: unknown): Promise<{ readonly value: T; readonly madeAt: number } | undefined>;
}

export interface SealOptions<T extends object> {
  /** What the values are for. */
  readonly purpose: string;
  readonly shape: z.ZodType<T>;
  readonly secrets: readonly string[];
  /** How long a value is believed. */
  readonly ms: number;
  readonly now: () => number;
}

/** Makes the seal of one purpose. */
export function createSeal<T extends object>({ purpose, shape, secrets, ms, now }: SealOptions<T>): Seal<T> {
  const keys = secrets.map((secret) => createHmac("sha256", secret).update(`asterism ${purpose}`).digest());
  const [signing] = keys;
  if (signing === undefined) throw new Error("unable to seal without a secret");
  return {
    close: (value) =>
      new SignJWT({ value })
        .setProtectedHeader({ alg: "HS256" })
        .setAudience(purpose)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor((now() + ms) / 1000))
        .sign(signing),
    async open(text) {
      if (typeof text !== "string") return undefined;
      const checks = { audience: purpose, algorithms: ["HS256"], currentDate: new Date(now()) };
      for (const key of keys) {
        // what is not ours is no error: anybody can send anything
        const payload = await jwtVerify(text, key, checks).then(
          (verified) => verified.payload,
          () => undefined,
        );
        const value = shape.safeParse(payload?.value);
        if (value.success) return { value: value.data, madeAt: (payload?.iat ?? 0) * 1000 };
      }
      return undefined;
    },
  };
}
