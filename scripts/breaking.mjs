import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Whether clients of the last release can go on. Both sides are built images, each with all that it imports, which comes
// from npm: a former commit does not build without it, and compared with the workspace that it lies in, everything passes.
const released = "proto/released.binpb";
const folder = mkdtempSync(join(tmpdir(), "tallystick-protos-"));
try {
  const now = join(folder, "now.binpb");
  const passes =
    buf("build", "proto", "-o", now) &&
    buf("breaking", now, "--against", released, "--exclude-imports", "--config", "buf.yaml");
  process.exitCode = passes ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function buf(...args) {
  // Found in node_modules/.bin, which npm puts on the path.
  const { status, error } = spawnSync("buf", args, { stdio: "inherit" });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}
