import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const page = "docs/operating/configure.md";

it("is what npm run generate makes of the settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-settings-"));
  const made = join(folder, "configure.md");
  copyFileSync(page, made);
  const { status, stderr } = spawnSync(process.execPath, ["scripts/settings.mjs", made], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readFileSync(page, "utf8")).toBe(readFileSync(made, "utf8"));
  rmSync(folder, { recursive: true });
});
