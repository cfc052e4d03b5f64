import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The bench as built, which is what `npm run bench` runs. */
function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/bench/run.js", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
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

  it.each([
    { args: ["--nope"], line: "error: unknown option '--nope'" },
    {
      args: ["--seconds", "soon"],
      line: "--seconds <number>' argument 'soon' is invalid. It must be a number",
    },
    { args: ["--database", "db.internal"], line: "It must be a URL like postgres://" },
    { args: ["--against", "/nowhere"], line: "It must be the folder of a built checkout." },
    { args: ["--only", "everything"], line: "bench: there is no everything; there are echo, " },
  ])("says in a line what is wrong with $args", ({ args, line }) => {
    const { status, stderr } = bench(...args);
    expect({ status, lines: stderr.trimEnd().split("\n").length }).toEqual({ status: 1, lines: 1 });
    expect(stderr).toContain(line);
  });
});
