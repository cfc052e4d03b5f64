/** @type {import("jest").Config} */
export default {
  // What a test file gets, and what it shares with the others of its worker: test/README.md.
  testEnvironment: "<rootDir>/test/support/jest/environment.cjs",
  runtime: "<rootDir>/test/support/jest/runtime.cjs",
  testSequencer: "<rootDir>/test/support/jest/sequencer.cjs",
  setupFilesAfterEnv: ["<rootDir>/test/support/every-statement.ts"],
  roots: ["<rootDir>/src", "<rootDir>/test", "<rootDir>/web"],
  testMatch: ["**/*.test.ts"],
  // What needs a browser is run by `npm run test:browser`, alone on the machine.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/browser/"],
  // TypeScript 7 has no JavaScript API, so swc strips the types; the type check itself is `npm run check`.
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // The Frontier client package is published as TypeScript sources.
  transformIgnorePatterns: ["/node_modules/(?!@raystack/proton/)"],
  extensionsToTreatAsEsm: [],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/global-teardown.ts",
  // A test that hangs is told of late, and none fails because the machine has much else to do.
  testTimeout: 60_000,
  // On two cores, too: a third of the time a file waits.
  maxWorkers: 3,
};
