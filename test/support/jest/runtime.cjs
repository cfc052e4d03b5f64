const asyncHooks = require("node:async_hooks");
const { readFileSync } = require("node:fs");
const { createRequire, Module } = require("node:module");
const { dirname, join, sep } = require("node:path");
const { compileFunction, constants } = require("node:vm");
const { default: JestRuntime } = require("jest-runtime");

const root = join(__dirname, "../../..");
const ours = ["gen", "src", "test", "web"].map((folder) => join(root, folder) + sep);
const tests = join(root, "test") + sep;
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
 * By file, what loads it: a module that is loaded anew for every test file is read, transformed and compiled once a worker.
 * Each load calls the same function, whose variables are new.
 */
const loaders = new Map();

/**
 * Loads modules by Node's own `require`, in the worker's own realm: packages, gen and src once a worker, as they have no
 * state but memos; what lies in test, and fixtures, anew for every test file. Jest would load all of it anew.
 */
module.exports = class WorkerRuntime extends JestRuntime {
  #isWatching;

  constructor(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig) {
    super(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig);
    Module._extensions[".ts"] = (module, file) => {
      load(module, file, () => {
        const { code, sourceMapPath } = transformer.transform(file, coverageOptions);
        if (sourceMapPath) sourceMaps.set(file, sourceMapPath);
        return code;
      });
    };
    this.#isWatching = globalConfig.watch || globalConfig.watchAll;
    environment.global.jest = this.jestGlobals.jestObjectFor(testPath);
  }

  requireModule(from, name) {
    return name === undefined ? require(from) : createRequire(from)(name);
  }

  /** Jest's framework, which gathers the tests of one file. It tells nobody of each of them: that was two messages between processes. */
  requireInternalModule(file) {
    // Not assigned: since Node 24 it is a getter.
    Object.defineProperty(asyncHooks, "AsyncLocalStorage", { configurable: true, value: CurrentTest });
    try {
      const module = new Module(file);
      load(module, file, () => readFileSync(file, "utf8"));
      const { initialize, ...others } = module.exports;
      return { ...others, initialize: (options) => initialize({ ...options, sendMessageToJest: undefined }) };
    } finally {
      Object.defineProperty(asyncHooks, "AsyncLocalStorage", ofNode);
    }
  }

  getSourceMaps() {
    return sourceMaps;
  }

  teardown() {
    super.teardown();
    const isOver = this.#isWatching ? isOurs : isOfTests;
    for (const file of Object.keys(require.cache)) if (isOver(file)) delete require.cache[file];
    if (this.#isWatching) loaders.clear();
  }
};

/** Loads a module by the function that its text was compiled to, the first time. */
function load(module, file, textOf) {
  let run = loaders.get(file);
  if (run === undefined) {
    run = compileFunction(textOf(), ["exports", "require", "module", "__filename", "__dirname"], {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!file.endsWith(".test.ts")) loaders.set(file, run);
  }
  run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}

function isOurs(file) {
  return ours.some((folder) => file.startsWith(folder)) && !file.startsWith(__dirname);
}

function isOfTests(file) {
  return isOurs(file) && (file.startsWith(tests) || /\.(test|fixture)\.ts$/.test(file));
}
