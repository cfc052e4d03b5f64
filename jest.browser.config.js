import usual from "./jest.config.js";

/** @type {import("jest").Config} */
export default {
  ...usual,
  roots: ["<rootDir>/test/browser"],
  testPathIgnorePatterns: [],
  // A browser has several processes itself.
  maxWorkers: 2,
};
