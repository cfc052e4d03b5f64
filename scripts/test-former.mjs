import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// Builds the former release out of the history, with the packages of this one, and tests this release beside it.
// `--if-present` is content where the history does not go back to it.

/** The former release: CHANGELOG.md says what has come since. With a release the next one takes its place. */
const former = "47441bdff42beb474a3cc1feca7921e8d03c4454";

if (spawnSync("git", ["cat-file", "-e", `${former}^{commit}`]).status !== 0) {
  process.stdout.write(`The test beside the former release did not run: the history has no ${former}.\n`);
  process.exit(process.argv.includes("--if-present") ? 0 : 1);
}
const folder = mkdtempSync(join(tmpdir(), "tallystick-former-"));
try {
  execFileSync("tar", ["-x", "-C", folder], {
    input: execFileSync("git", ["archive", former], { maxBuffer: 2 ** 28 }),
  });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: folder, stdio: "inherit" });
  const jest = ["--no-sparkplug", "node_modules/jest/bin/jest.js", "test/lifecycle/former-release.test.ts"];
  const { status } = spawnSync(process.execPath, jest, {
    stdio: "inherit",
    env: { ...process.env, TEST_FORMER: folder },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
