import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { type PackedProject, packedProject } from "../support/packed.ts";

let project: PackedProject;
let database: TestDatabase;
let command: string;
beforeAll(async () => {
  database = await createDatabase("empty");
  // As `npm test` has built it: to build it again would take it away from the other tests.
  project = packedProject(".", { scripts: false });
  const { bin } = JSON.parse(readFileSync(join(project.package, "package.json"), "utf8"));
  const programs = join(project.folder, "node_modules", ".bin");
  mkdirSync(programs);
  command = join(programs, "tallystick");
  symlinkSync(join(project.package, bin.tallystick), command);
}, 60_000);
afterAll(async () => {
  await database.drop();
  rmSync(project.folder, { recursive: true });
});

describe("tallystick, installed from what npm packs", () => {
  it("has what it runs with, what says how, and the protos, and nothing of the rest", () => {
    const rest = project.files.filter(
      (path) =>
        !/^(dist\/bin\/.*\.js|dist\/src\/store\/migrations\/.*\.(sql|json)|deploy\/.*|docs\/.*\.(md|dot|svg|txt|png)|dist\/web\/.*|proto\/.*\.proto)$/.test(
          path,
        ),
    );
    const read = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];
    const named = [...read, "dist/package.json", "package.json", "scripts/prepare.mjs"];
    expect(rest.sort()).toEqual(named);
    const others = project.files.filter((path) => !/^(dist\/web|docs)\//.test(path));
    expect(others.filter((path) => /test|fixture|bench/.test(path))).toEqual([]);
  });

  it("is a command that serves", async () => {
    expect(statSync(command).mode & 0o111).toBe(0o111);
    expect(execFileSync(command, ["--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, DATABASE_URL: database.url, PORT: "0", LOG_FORMAT: "json" };
    const made = await promisify(execFile)(command, ["migrate"], { cwd: project.folder, env });
    expect(made.stdout).toMatch(/is up to date/);

    const server = spawn(command, ["serve"], {
      cwd: project.folder,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let port: string | undefined;
    for await (const text of server.stderr.setEncoding("utf8")) {
      port = /"port":(\d+),"msg":"ready"/.exec(text)?.[1] ?? port;
      if (port !== undefined) break;
    }
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get("/readyz")).status).toBe(200);
    const listed = [...(await (await get("/llms.txt")).text()).matchAll(/\]\((.*?)\)/g)].map(
      ([, to]) => `/${to}`,
    );
    expect(listed).toContain("/docs/concepts/limits.md");
    for (const path of ["/docs/using", "/console/", ...listed])
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 200 });
    server.kill("SIGTERM");
    expect(await once(server, "exit")).toEqual([0, null]);
  });
});
