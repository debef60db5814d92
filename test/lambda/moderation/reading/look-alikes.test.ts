import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateLookalikes } from "../../../../lambda/commands/generate-look-alikes.ts";

test("the table of look-alikes is what the generator makes of Unicode's data", async () => {
  const committed = readFileSync(
    new URL("../../../../lambda/moderation/reading/look-alikes.generated.ts", import.meta.url),
    "utf8",
  );
  expect(committed).toBe(await generateLookalikes());
});
