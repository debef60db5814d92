/** The tests that a mutation run asks: those of the function, without those of the engine, of the deployment and of what needs a stack of a certain size. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/lambda/**/*.test.ts"],
    exclude: ["test/lambda/{moderation,deploy,commands,quarantine}/**"],
    isolate: true,
    testTimeout: 30_000,
  },
});
