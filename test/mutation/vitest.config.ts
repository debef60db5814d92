/** The tests that a mutation run asks, fewer where MUTATION_TESTS names some: those of the function, without those of the engine and of the deployment. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: (process.env.MUTATION_TESTS ?? "test/lambda/**/*.test.ts,test/system/store/*.test.ts").split(","),
    exclude: ["test/lambda/{moderation,deploy,commands,quarantine}/**"],
    isolate: true,
    testTimeout: 30_000,
  },
});
