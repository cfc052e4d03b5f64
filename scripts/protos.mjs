import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Copies the .proto files that clients need, with all that they import, into a folder that needs nothing beside it. For Go each
 * of ours says which package of your module its code belongs to.
 */
const [folder, goModule = "tallystick.example/gen"] = process.argv.slice(2);
if (folder === undefined || folder.startsWith("-")) {
  process.stderr.write(
    "usage: npm run protos -- <folder> [path of the Go packages, such as example.com/billing/gen]\n",
  );
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const paths = ["--path", "proto/tallystick", "--path", "proto/raystack"];
const { status } = spawnSync("buf", ["export", ".", "--output", folder, ...paths], { stdio: "inherit" });
if (status !== 0) process.exit(1);
for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".proto"))) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (!/^option go_package/m.test(text))
    writeFileSync(path, text.replace(/^package .*;$/m, withGoPackage(file)));
}

function withGoPackage(file) {
  const path = dirname(file);
  // tallystick/v1 is package tallystickv1, as Go's own generators would have it.
  const name = path.split("/").slice(-2).join("").replace(/\W/g, "");
  return `$&\n\noption go_package = "${goModule}/${path};${name}";`;
}
