import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { blocksOf } from "../docs/documents.ts";
import { type PackedProject, packedProject } from "../support/packed.ts";
import { type ClientDemo, startClientDemo } from "./demo.ts";

/** Not the kind that blocks: the service runs in this process. */
const execute = promisify(execFile);

let demo: ClientDemo;
let project: PackedProject;
beforeAll(async () => {
  demo = await startClientDemo();
  project = packedProject("clients/typescript", { scripts: true });
  // A project of somebody else's: strict, with types for Node, and nothing of this repository but the package.
  writeFileSync(join(project.folder, "package.json"), '{"type": "module"}');
  copyFileSync("examples/typescript/tsconfig.json", join(project.folder, "tsconfig.json"));
  symlinkSync(resolve("node_modules/@types"), join(project.folder, "node_modules", "@types"));
}, 60_000);
afterAll(async () => {
  await demo.stop();
  rmSync(project.folder, { recursive: true });
});

/** Pastes a program into the project, for another address, compiles it there and runs it. */
async function run(program: string, ...args: string[]): Promise<string> {
  writeFileSync(join(project.folder, "program.ts"), program.replaceAll("http://127.0.0.1:7400", demo.url));
  const options = { cwd: project.folder, encoding: "utf8", env: { ...process.env, ...demo.env } } as const;
  await execute(resolve("node_modules/.bin/tsc"), ["-p", "."], options);
  return (await execute(process.execPath, ["program.js", ...args], options)).stdout;
}

const example = (name: string) => readFileSync(join("examples", "typescript", name), "utf8");

describe("the TypeScript client, as npm packs it", () => {
  it("has what is built and nothing else", () => {
    const others = project.files.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["README.md", "package.json"]);
  });

  it("runs the README's sample in another project", async () => {
    const shown = blocksOf("README.md").find(({ language }) => language === "ts");
    expect(shown?.text).toBe(example("balance.ts"));
    expect(await run(shown?.text ?? "")).toBe("1000 VC\n");
  });

  it("runs the sample of its own README", async () => {
    const [sample] = blocksOf("clients/typescript/README.md");
    expect(await run(sample?.text.replace('"client id:secret"', `"${demo.env.AUTH}"`) ?? "")).toBe("");
  });

  it("says how it is called", async () => {
    await expect(run(example("charge.ts"), "demo@example.com")).rejects.toThrow("usage: AUTH=");
  });

  it("charges once under one key, and says why where it cannot", async () => {
    await demo.customer("rich@example.com", "1000");
    expect(await run(example("charge.ts"), "rich@example.com", "ts-1")).toBe("1000 - 5 = 995\n");
    expect(await run(example("charge.ts"), "rich@example.com", "ts-1")).toBe("1000 - 5 = 995, as before\n");
    await demo.customer("poor@example.com");
    expect(await run(example("charge.ts"), "poor@example.com", "ts-2")).toBe("only 0 available\n");
    // One line, and no stack.
    await expect(run(example("charge.ts"), "nobody@example.com", "ts-3")).rejects.toMatchObject({
      stderr: expect.stringMatching(/^NOT_FOUND: .*nobody@example\.com was not found\n$/),
    });
  });

  it("depends on the versions that the service is built with", () => {
    const { dependencies } = JSON.parse(readFileSync("clients/typescript/package.json", "utf8"));
    const { dependencies: own } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const [name, version] of Object.entries(dependencies)) expect(version).toBe(`^${own[name]}`);
  });
});
