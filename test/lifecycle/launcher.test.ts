import { execFile, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

const program = resolve("dist/bin/tallystick.js");
const size = "--max-semi-space-size";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "launcher with spaces "));
  // Says what node runs in, before the program.
  const { pid, options } = { pid: "process.pid", options: "process.env.NODE_OPTIONS" };
  const space = 'require("node:v8").getHeapStatistics().heap_size_limit';
  writeFileSync(
    join(folder, "tell.cjs"),
    `process.stderr.write(JSON.stringify({ pid: ${pid}, options: ${options}, limit: ${space} }) + "\\n");`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly pid: number | undefined;
  readonly code: number;
  readonly stdout: string;
  readonly told: { readonly pid: number; readonly options: string; readonly limit: number };
}

/** Starts the program as a command of the shell, with these options for node. */
function start(file: string, args: readonly string[], options: readonly string[] = []): Promise<Started> {
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const env = { PATH, NODE_OPTIONS: [`--require="${join(folder, "tell.cjs")}"`, ...options].join(" ") };
  return new Promise((done) => {
    const child = execFile(file, args, { env }, (error, stdout, stderr) => {
      const [told = ""] = stderr.split("\n");
      done({ pid: child.pid, code: Number(error?.code ?? 0), stdout, told: JSON.parse(told) });
    });
  });
}

describe("the program as a command", () => {
  it("is the process that was started, with its arguments and its exit code", async () => {
    const { pid, code, stdout, told } = await start(program, ["--version"]);
    expect({ pid: told.pid, code, stdout }).toEqual({
      pid,
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect((await start(program, ["verify", "--organization", "a b", "$(exit 3)"])).code).toBe(2);
  });

  it("says in one line that its output cannot be written", () => {
    // As good as a full disk, which not every system can pretend to have.
    const readOnly = openSync(program, "r");
    const { status, stderr } = spawnSync(program, ["--version"], { stdio: ["ignore", readOnly, "pipe"] });
    closeSync(readOnly);
    expect({ status, stderr: stderr.toString() }).toEqual({
      status: 1,
      stderr: "tallystick: standard output cannot be written: EBADF: bad file descriptor, write.\n",
    });
  });

  it("is found behind a link", async () => {
    const link = join(folder, "tallystick");
    symlinkSync(program, link);
    expect(await start(link, ["--version"])).toMatchObject({ code: 0 });
  });

  it("has a young generation of its own size, unless the operator says another", async () => {
    const own = await start(program, ["--version"]);
    const megabytes = process.version.startsWith("v20.") ? 64 : 32;
    expect(own.told.options.startsWith(`${size}=${megabytes} --require`)).toBe(true);
    const [same, other] = await Promise.all(
      [megabytes, 2 * megabytes].map((each) => start(program, ["--version"], [`${size}=${each}`])),
    );
    expect(same?.told.limit).toBe(own.told.limit);
    expect(other?.told.limit).toBeGreaterThan(own.told.limit);
  });

  it.each([
    ["v9.11.2", 1],
    ["v18.20.8", 1],
    ["v20.9.0", 1],
    ["v20.18.3", 1],
    ["v20.19.0", 0],
    ["v22.23.3", 0],
  ])("names a Node that is too old in one line, and not %s where it is not", async (version, code) => {
    const programs = join(folder, version);
    mkdirSync(programs);
    const node = `#!/bin/sh\n[ "$1" = -v ] && echo ${version}\nexit 0\n`;
    writeFileSync(join(programs, "node"), node, { mode: 0o755 });
    const PATH = [programs, process.env["PATH"]].join(delimiter);
    const ended = await new Promise((done) => {
      execFile(program, ["--version"], { env: { PATH } }, (error, _, stderr) =>
        done({ code: Number(error?.code ?? 0), stderr }),
      );
    });
    const line = `tallystick: Node ${version} is too old, it needs 20.19 or later.\n`;
    expect(ended).toEqual({ code, stderr: code === 0 ? "" : line });
  });

  it("is built by none that is too old", async () => {
    const older = join(folder, "older.cjs");
    writeFileSync(older, 'Object.defineProperty(process, "version", { value: "v20.18.3" });');
    // Where nothing can be built, whatever it does.
    writeFileSync(join(folder, "package.json"), '{ "engines": { "node": ">=20.19" } }');
    const args = ["--require", older, resolve("scripts/build.mjs")];
    const ended = await new Promise((done) => {
      execFile(process.execPath, args, { cwd: folder }, (error, _, stderr) =>
        done({ code: Number(error?.code ?? 0), stderr }),
      );
    });
    expect(ended).toEqual({
      code: 1,
      stderr: "tallystick: Node v20.18.3 is too old, it needs 20.19 or later.\n",
    });
  });
});
