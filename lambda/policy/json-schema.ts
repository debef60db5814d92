/** The schema of the policy for editors and other programs; apart, because the function does without it. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { PolicySchema } from "./schema.ts";

/** What `lambda/policy.schema.json` holds; `npm run policy -- schema` writes it. */
export const policyJsonSchema = (): object => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  // what JSON Schema has no word for is left to `parsePolicy`
  ...toJsonSchema(PolicySchema, { target: "draft-07", ignoreActions: ["check"], errorMode: "ignore" }),
  title: "A policy of Asterism",
});
