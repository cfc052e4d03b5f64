import fs, { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "./log.ts";

let path: string;
let descriptor: number;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "log-")), "log");
  descriptor = openSync(path, "w");
});
afterEach(() => closeSync(descriptor));

const turn = () => new Promise((resolve) => setImmediate(resolve));
const messages = () =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line).msg);

it("writes what a turn of the event loop logs at its end, in order and whole", async () => {
  const log = createLog({ level: "info", format: "json" }, descriptor);
  const long = "x".repeat(20_000);
  for (const message of ["one", long, "three"]) log.info(message);
  log.debug("not this");
  await turn();
  log.warn("four");
  await turn();
  expect(messages()).toEqual(["one", long, "three", "four"]);
});

it("writes it before the process ends, and leaves no listener behind", async () => {
  const before = process.listenerCount("exit");
  const log = createLog({ level: "info", format: "json" }, descriptor);
  log.info("last words");
  expect(process.listenerCount("exit")).toBe(before + 1);
  (process.listeners("exit").at(-1) as () => void)();
  expect(messages()).toEqual(["last words"]);
  await turn();
  expect(messages()).toEqual(["last words"]);
  expect(process.listenerCount("exit")).toBe(before);
});

it("goes on where it cannot be written, and says what was lost once it can", async () => {
  const log = createLog({ level: "info", format: "json" }, descriptor);
  const write = jest.spyOn(fs, "writeSync").mockImplementation(() => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  for (const message of ["kept", "lost", "lost"]) {
    log.info(message);
    await turn();
  }
  expect(messages()).toEqual([]);
  write.mockRestore();
  log.info("there is room");
  await turn();
  await turn();
  expect(messages()).toEqual(["kept", "there is room", "log records could not be written, and are lost"]);
  expect(readFileSync(path, "utf8")).toContain('"count":2');
});

it("has an error without the data that it is about", async () => {
  const log = createLog({ level: "info", format: "json" }, descriptor);
  log.error({ err: Object.assign(new Error("failed"), { detail: "jane" }) }, "unexpected failure");
  await turn();
  expect(readFileSync(path, "utf8")).toContain('"type":"Error","message":"failed"');
  expect(readFileSync(path, "utf8")).not.toContain("jane");
});
