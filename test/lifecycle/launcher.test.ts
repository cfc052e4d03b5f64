import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
});
