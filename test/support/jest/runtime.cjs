const asyncHooks = require("node:async_hooks");
const { createRequire, Module } = require("node:module");
const { join, sep } = require("node:path");
const { default: JestRuntime } = require("jest-runtime");

const root = join(__dirname, "../../..");
const ofNode = Object.getOwnPropertyDescriptor(asyncHooks, "AsyncLocalStorage");
/**
 * In which test something happens, for Jest. A real AsyncLocalStorage makes every promise of the worker more expensive,
 * which the service's own need not be: the tests of a file run one after another, so it is whichever runs.
 */
class CurrentTest {
  #current;

  getStore() {
    return this.#current;
  }

  async run(context, callback) {
    const outer = this.#current;
    this.#current = context;
    try {
      return await callback();
    } finally {
      this.#current = outer;
    }
  }
}
/** By file. Modules outlive the test file that asked for them first. */
const sourceMaps = new Map();

/**
 * Loads modules by Node's own `require`, in the worker's own realm: packages, gen and src once a worker, as they have no
 * state but memos; what lies in test, and fixtures, anew for every test file. Jest would load all of it anew.
 */
module.exports = class WorkerRuntime extends JestRuntime {
  #isWatching;

  constructor(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig) {
    super(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig);
    Module._extensions[".ts"] = (module, file) => {
      const { code, sourceMapPath } = transformer.transform(file, coverageOptions);
      if (sourceMapPath) sourceMaps.set(file, sourceMapPath);
      module._compile(code, file);
    };
    this.#isWatching = globalConfig.watch || globalConfig.watchAll;
    environment.global.jest = this.jestGlobals.jestObjectFor(testPath);
  }

  requireModule(from, name) {
    return name === undefined ? require(from) : createRequire(from)(name);
  }

  /** Jest's framework, which gathers the tests of one file. */
  requireInternalModule(file) {
    delete require.cache[file];
    // Not assigned: since Node 24 it is a getter.
    Object.defineProperty(asyncHooks, "AsyncLocalStorage", { configurable: true, value: CurrentTest });
    try {
      return require(file);
    } finally {
      Object.defineProperty(asyncHooks, "AsyncLocalStorage", ofNode);
    }
  }

  getSourceMaps() {
    return sourceMaps;
  }

  teardown() {
    super.teardown();
    for (const file of Object.keys(require.cache)) {
      if (this.#isWatching ? isOurs(file) : isOfTests(file)) delete require.cache[file];
    }
  }
};

function isOurs(file) {
  return (
    ["gen", "src", "test", "web"].some((folder) => file.startsWith(join(root, folder) + sep)) &&
    !file.startsWith(__dirname)
  );
}

function isOfTests(file) {
  return isOurs(file) && (file.startsWith(join(root, "test") + sep) || /\.(test|fixture)\.ts$/.test(file));
}
