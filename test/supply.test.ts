import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const { packages }: { packages: Record<string, Locked> } = JSON.parse(read("package-lock.json"));
const locked = Object.entries(packages).filter(([path]) => path !== "");
const nameOf = (path: string) => path.split("node_modules/").at(-1) ?? path;

it("runs install scripts of no package that is not named, and names none without one", () => {
  const { allowScripts } = JSON.parse(read("package.json"));
  const scripted = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => nameOf(path));
  expect([...new Set(scripted)].sort()).toEqual(Object.keys(allowScripts).sort());
});

it("takes each package from the registry that npm asks, and by its content", () => {
  const others = locked.filter(
    ([, { resolved, integrity = "" }]) => resolved !== undefined || !integrity.startsWith("sha512-"),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});

it("depends on exact versions", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

it("lists the licences of what it runs with: npm run --silent licences > docs/licences.md", () => {
  const printed = execFileSync(process.execPath, ["scripts/licences.mjs"], { cwd: root, encoding: "utf8" });
  expect(read("docs/licences.md")).toBe(printed);
});

it("shows each attack of SECURITY.md by a test, or says that it does not", () => {
  const rows = read("SECURITY.md").match(/^\| (?!attack|---).*\|$/gm) ?? [];
  const shown = rows.map((row) => row.split(" | ").at(-1) ?? "");
  expect(shown.length).toBeGreaterThan(25);
  for (const each of shown) expect(each).toMatch(/^(`[\w/.-]+\.test\.ts`(, )?)+ \|$|^not by a test/);
});
