import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "./lock.ts";
import { processIdentity } from "./process-identity.ts";

describe("takeLock", () => {
  let dataDir: string;
  let lock: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "tallystick-lock-"));
    lock = join(dataDir, "lock");
  });

  afterEach(() => rmSync(dataDir, { recursive: true }));

  it("holds the folder until it is released, and leaves nothing behind", () => {
    const release = takeLock(dataDir);
    expect(readFileSync(lock, "utf8")).toBe(`${process.pid}\n${processIdentity(process.pid)}\n`);
    expect(readdirSync(dataDir)).toEqual(["lock"]);
    release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("is refused to a second server in one line that names the first one's process", () => {
    const release = takeLock(dataDir);
    expect(() => takeLock(dataDir)).toThrow(
      `${dataDir} is in use by another server (process ${process.pid}): stop that one, or set TALLYSTICK_DATA_DIR to another folder.`,
    );
    expect(existsSync(lock)).toBe(true);
    release();
  });

  it.each([
    ["of a process that is gone", "4194304\nsome-boot:1\n"],
    ["of an earlier process with the pid of a live one", `${process.pid}\nsome-boot:1\n`],
    ["that was never written out", ""],
  ])("takes over a lock %s", (_, content) => {
    writeFileSync(lock, content);
    const release = takeLock(dataDir);
    expect(readFileSync(lock, "utf8")).toBe(`${process.pid}\n${processIdentity(process.pid)}\n`);
    expect(readdirSync(dataDir)).toEqual(["lock"]);
    release();
  });
});
