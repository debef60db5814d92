/**
 * The test projects. `unit` and `dom` are the fast loop; `dom` has the tests that need a document (`*.dom.test.ts`),
 * because a process that changes between the two begins anew. After them `broker` talks to the embedded Ably through the
 * real SDK, `system` starts whole programs and browsers, and `packages` installs what other people install.
 * `npx vitest run --project broker` runs one of them.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    experimental: { fsModuleCache: true }, // what was transformed once, and has not changed, is read from node_modules
    expect: { poll: { timeout: 20_000 } }, // a second, as it comes, is not much on a busy machine
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["**/*.dom.test.ts", "test/server/broker/**", "test/system/**", "test/packages/**"],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "dom",
          environment: "happy-dom",
          isolate: false,
          include: ["test/public/**/*.dom.test.ts"],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "broker",
          include: ["test/server/broker/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 60_000, // programs and browsers start in many of them
          sequence: { groupOrder: 2 },
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "packages",
          include: ["test/packages/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
          maxWorkers: 1, // each file packs both packages, which builds them where they stand
        },
      },
    ],
  },
});
