/** The schema of the policy for editors and other programs; apart, because the function does without it. */
import * as z from "zod/mini";
import { PolicySchema } from "./schema.ts";

/** What `lambda/policy.schema.json` holds; `npm run policy -- schema` writes it. */
export const policyJsonSchema = (): object => ({
  ...z.toJSONSchema(PolicySchema, { target: "draft-7" }),
  title: "A policy of Asterism",
});
