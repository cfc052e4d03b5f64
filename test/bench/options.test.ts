import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readOptions } from "../../bench/options.ts";

/** The bench as built, which is what `npm run bench` runs. */
function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/bench/run.js", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** What it says of its options before it loads what it measures with, and how it ends then; without a process of its own. */
function refusedOptions(...args: string[]) {
  const written: string[] = [];
  const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const exit = jest.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`ended with ${code}`);
  });
  try {
    expect(() => readOptions(args, { alone: ["echo"], against: [] })).toThrow("ended with 1");
    return { status: 1, stderr: written.join("") };
  } finally {
    write.mockRestore();
    exit.mockRestore();
  }
}

function expectLine({ status, stderr }: { status: number | null; stderr: string }, line: string): void {
  expect({ status, lines: stderr.trimEnd().split("\n").length }).toEqual({ status: 1, lines: 1 });
  expect(stderr).toContain(line);
}

describe("npm run bench", () => {
  it("explains every option that the docs use", () => {
    const { status, stdout } = bench("--help");
    expect(status).toBe(0);
    const docs = ["docs/performance.md", "bench/README.md"].map((file) => readFileSync(file, "utf8")).join();
    const used = [...docs.matchAll(/npm run bench -- (.*)/g)].flatMap(
      ([line]) => line.match(/--[a-z-]{2,}/g) ?? [],
    );
    expect(used).toContain("--against");
    for (const option of used) expect(stdout).toContain(`  ${option} `);
  });

  const nameless = { args: ["--nope"], line: "error: unknown option '--nope'" };

  it.each([
    nameless,
    {
      args: ["--seconds", "soon"],
      line: "--seconds <number>' argument 'soon' is invalid. It must be a number",
    },
    { args: ["--database", "db.internal"], line: "It must be a URL like postgres://" },
    { args: ["--against", "/nowhere"], line: "It must be the folder of a built checkout." },
  ])("says in a line what is wrong with $args", ({ args, line }) => {
    expectLine(refusedOptions(...args), line);
  });

  it.each([
    nameless,
    { args: ["--only", "everything"], line: "bench: there is no everything; there are echo, " },
  ])("as built says in a line what is wrong with $args", ({ args, line }) => {
    expectLine(bench(...args), line);
  });
});
