/** The template as AWS's own linter sees it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isSkipped } from "../../helpers/needs.ts";

const path = fileURLToPath(new URL("../../../lambda/template.yaml", import.meta.url));

const skips = isSkipped({
  isMet: spawnSync("cfn-lint", ["--version"]).status === 0,
  otherwise: "cfn-lint is not here (`pip install cfn-lint`); the template is held to our own rules only",
});

test.skipIf(skips)("has nothing for cfn-lint to find", { timeout: 120_000 }, () => {
  const { stdout, status } = spawnSync("cfn-lint", [path], { encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});
