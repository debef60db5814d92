/**
 * Mutation tests of what decides about messages: `npm run test:mutation -- --mutate 'lambda/store/*.ts'`, without
 * arguments all that it is meant for, which takes hours.
 * The tests stand in `vitest.config.ts` beside this file.
 */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.ts" },
  // TypeScript 7 has no JavaScript API, by which Stryker would rewrite the configuration of the compiler
  tsconfigFile: "none.json",
  mutate: ["lambda/{receive,decide,deliver,store}/*.ts"],
  coverageAnalysis: "perTest",
  concurrency: 1,
  timeoutMS: 15_000,
  ignoreStatic: true,
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: ".stryker-tmp/report.json" },
  cleanTempDir: "always",
};
