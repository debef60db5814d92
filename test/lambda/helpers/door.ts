/** The vectors of the door: requests, signed and not, each with the status that it must get. */
import { readFileSync } from "node:fs";
import * as z from "zod";

const Door = z.object({
  /** The function's environment, by the name of the door. */
  environments: z.record(z.string(), z.record(z.string(), z.string())),
  vectors: z.array(
    z.object({
      name: z.string(),
      door: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      text: z.string().optional(),
      base64: z.string().optional(),
    }),
  ),
});

export type Vector = z.infer<typeof Door>["vectors"][number];

export const { environments, vectors } = Door.parse(
  JSON.parse(readFileSync(new URL("../../fixtures/door.json", import.meta.url), "utf8")),
);
