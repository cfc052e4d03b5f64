const { ModernFakeTimers } = require("@jest/fake-timers");
const { ModuleMocker } = require("jest-mock");
const skipExceptions = require("./exceptions.cjs");

/**
 * The worker's own global scope, so that what a worker loads once (see runtime.cjs) is of the same realm as the tests.
 * What a file changes in it is taken back at the end of the file.
 *
 * @implements {import("@jest/environment").JestEnvironment}
 */
module.exports = class WorkerEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern;
  #globals = Object.getOwnPropertyDescriptors(globalThis);
  #exit = process.exit;
  #variables = { ...process.env };

  constructor({ projectConfig }, context) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    if (process.env["TEST_CITUS_NODES"]) this.handleTestEvent = skipExceptions(context.testPath);
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const name of Reflect.ownKeys(globalThis)) {
      if (!(name in this.#globals)) Reflect.deleteProperty(globalThis, name);
    }
    Object.defineProperties(globalThis, this.#globals);
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    process.exit = this.#exit;
  }

  exportConditions() {
    return ["node", "node-addons"];
  }

  getVmContext() {
    return null;
  }
};
