import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { blocksOf } from "../docs/documents.ts";
import { shell } from "./protos.ts";

let root: string;
let clone: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tallystick-pasted-"));
  clone = join(root, "clone");
  for (const folder of [clone, join(clone, ".tallystick"), join(root, "programs")]) mkdirSync(folder);
  symlinkSync(resolve("examples"), join(clone, "examples"));
  writeFileSync(join(clone, ".tallystick/credential.json"), '{"client_id": "id", "client_secret": "secret"}');
  // What takes long, or a network, only notes that it was called, and where. Each is tried by itself in other tests.
  for (const name of ["npm", "npx", "python3", "go", "node"]) {
    const program = join(root, "programs", name);
    const real = `[ "$1" != -p ] || exec ${process.execPath} "$@"`;
    const note = `echo "$(basename "$PWD"): ${name} $*" >> ${join(root, "calls")}`;
    writeFileSync(program, `#!/bin/sh\n${name === "node" ? `${real}\n` : ""}${note}\n`);
    chmodSync(program, 0o755);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

/** Pastes all blocks of pages into one shell, and answers what was called, the last line its folder and credential. */
async function paste(...documents: string[]): Promise<string[]> {
  const blocks = documents.flatMap(blocksOf).filter(({ language }) => language === "shell");
  const script = [...blocks.map(({ text }) => text), 'echo "$(basename "$PWD"): $AUTH" >> ../calls'].join(
    "\n",
  );
  await shell(script, clone, { PATH: `${join(root, "programs")}:${process.env["PATH"]}` });
  return readFileSync(join(root, "calls"), "utf8").trim().split("\n");
}

it.each([[["docs/clients.md"]], [["README.md", "docs/clients.md"]]])(
  "the commands of %s can be pasted one after another",
  async (documents) => {
    const calls = await paste(...documents);
    expect(calls.pop()).toBe("clone: id:secret");
    expect(calls).toContain("billing: node charge.ts demo@example.com call-1001");
    expect(calls).toContain("billing: go run . demo@example.com call-1003");
    const ofClone =
      /: (npm (install|start|test|pack|run)|npx @bufbuild\/buf|go (install|env))\b(?!.*(\.tgz|--save-dev))/;
    const misplaced = calls.filter((call) => !call.startsWith(ofClone.test(call) ? "clone: " : "billing: "));
    expect(misplaced).toEqual([]);
  },
);
