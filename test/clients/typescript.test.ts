import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { blocksOf } from "../docs/documents.ts";
import { type PackedProject, packedProject } from "../support/packed.ts";
import { type ClientDemo, startClientDemo } from "./demo.ts";

/** Not the kind that blocks: the service runs in this process. */
const execute = promisify(execFile);

const example = (name: string) => readFileSync(join("examples", "typescript", name), "utf8");
const [ofReadme] = blocksOf("README.md").filter(({ language }) => language === "ts");
const [ofPackage, reading] = blocksOf("clients/typescript/README.md");

let demo: ClientDemo;
let project: PackedProject;
beforeAll(async () => {
  demo = await startClientDemo();
  project = packedProject("clients/typescript", { scripts: true });
  // A project of somebody else's: strict, with types for Node, and nothing of this repository but the package.
  writeFileSync(join(project.folder, "package.json"), '{"type": "module"}');
  copyFileSync("examples/typescript/tsconfig.json", join(project.folder, "tsconfig.json"));
  symlinkSync(resolve("node_modules/@types"), join(project.folder, "node_modules", "@types"));
  // All programs at once, as the compiler takes a second for any number.
  paste("readme", ofReadme?.text ?? "");
  paste("package", ofPackage?.text ?? "");
  paste("reading", reading?.text ?? "");
  paste("charge", example("charge.ts"));
  await execute(resolve("node_modules/.bin/tsc"), ["-p", "."], { cwd: project.folder });
}, 60_000);
afterAll(async () => {
  await demo.stop();
  rmSync(project.folder, { recursive: true });
});

/** Pastes a program into the project, for another address. */
function paste(name: string, program: string): void {
  const text = program
    .replaceAll("http://127.0.0.1:7400", demo.url)
    .replace('"client id:secret"', `"${demo.env.AUTH}"`);
  writeFileSync(join(project.folder, `${name}.ts`), text);
}

/** Runs a program that was pasted, and answers what it prints. */
async function run(name: string, ...args: string[]): Promise<string> {
  const options = { cwd: project.folder, encoding: "utf8", env: { ...process.env, ...demo.env } } as const;
  return (await execute(process.execPath, [`${name}.js`, ...args], options)).stdout;
}

describe("the TypeScript client, as npm packs it", () => {
  it("has what is built and nothing else", () => {
    const others = project.files.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["README.md", "package.json"]);
  });

  it("runs the README's sample in another project", async () => {
    expect(ofReadme?.text).toBe(example("balance.ts"));
    expect(await run("readme")).toBe("1000 VC\n");
  });

  it("runs the samples of its own README", async () => {
    expect(ofPackage?.text).toContain('"client id:secret"');
    expect(await run("package")).toBe("");
    const lines = (await run("reading")).trimEnd().split("\n");
    // Entries, the token after them, of which a whole export has none; then transfers, and a token to go on by.
    expect(lines.filter((line) => / -?\d+( \d+)? ?$/.test(line)).length).toBeGreaterThan(3);
    expect(lines).toContain("");
    expect(lines.at(-1)).toMatch(/^[\w-]{20,}$/);
  });

  it("says how it is called", async () => {
    await expect(run("charge", "demo@example.com")).rejects.toThrow("usage: AUTH=");
  });

  it("charges once under one key, and says why where it cannot", async () => {
    await demo.customer("rich@example.com", "1000");
    expect(await run("charge", "rich@example.com", "ts-1")).toBe("1000 - 5 = 995\n");
    expect(await run("charge", "rich@example.com", "ts-1")).toBe("1000 - 5 = 995, as before\n");
    await demo.customer("poor@example.com");
    expect(await run("charge", "poor@example.com", "ts-2")).toBe("only 0 available\n");
    // One line, and no stack.
    await expect(run("charge", "nobody@example.com", "ts-3")).rejects.toMatchObject({
      stderr: expect.stringMatching(/^NOT_FOUND: .*nobody@example\.com was not found\n$/),
    });
  });

  it("depends on the versions that the service is built with", () => {
    const { dependencies } = JSON.parse(readFileSync("clients/typescript/package.json", "utf8"));
    const { dependencies: own } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const [name, version] of Object.entries(dependencies)) expect(version).toBe(`^${own[name]}`);
  });
});
