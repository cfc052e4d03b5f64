import { createRequire } from "node:module";

const Environment = createRequire(import.meta.url)("./jest/environment.cjs");

it("takes back what a test file changes in the worker's own scope", async () => {
  const { now } = Date;
  const { setTimeout: schedule, structuredClone: clone } = globalThis;
  const { exit } = process;
  process.env["OF_BEFORE"] = "before";
  const environment = new Environment({ projectConfig: { fakeTimers: {}, rootDir: "" } });

  Object.assign(globalThis, { ofAFile: true, structuredClone: undefined, [Symbol.for("of a file")]: true });
  Object.assign(process.env, { OF_BEFORE: "changed", OF_A_FILE: "set" });
  process.exit = () => exit(1);
  environment.fakeTimersModern.useFakeTimers();
  expect([Date.now, setTimeout]).not.toContain(now);
  await environment.teardown();

  expect(globalThis).not.toHaveProperty("ofAFile");
  expect(Symbol.for("of a file") in globalThis).toBe(false);
  expect(globalThis.structuredClone).toBe(clone);
  expect([process.env["OF_BEFORE"], process.env["OF_A_FILE"]]).toEqual(["before", undefined]);
  expect([process.exit, Date.now, setTimeout]).toEqual([exit, now, schedule]);
});
