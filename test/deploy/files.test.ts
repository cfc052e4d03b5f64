import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../../src/config.ts";

const folder = "deploy";
const read = (path: string) => readFileSync(join(folder, path), "utf8");
const manifests = readdirSync(join(folder, "kubernetes")).map((name) => join("kubernetes", name));
const known = new Set([...Object.keys(settings), "NODE_ENV"]);

/** What a file sets for the service, in the ways of each kind of file. */
function settingsIn(text: string): string[] {
  const patterns = [/^ENV (.*)$/gm, /^Environment=(.*)$/gm, /^ +- name: ([A-Z_]+)$/gm, /^ +([A-Z_]+): /gm];
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, each = ""]) => each));
  return found.flatMap((each) => each.split(" ").map((pair) => pair.split("=")[0] ?? ""));
}

it.each(["Containerfile", "compose.yaml", "systemd/tallystick.service", ...manifests])(
  "%s sets what there is",
  (file) => {
    const ofThePostgres = (name: string) => name.startsWith("POSTGRES_");
    expect(settingsIn(read(file)).filter((name) => !known.has(name) && !ofThePostgres(name))).toEqual([]);
  },
);

it("takes into the image what there is", () => {
  const sources = [...read("Containerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
  const paths = sources.flatMap(([, paths = ""]) => paths.split(" "));
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it("lists every manifest", () => {
  const resources = [...read("kubernetes/kustomization.yaml").matchAll(/^ {2}- (\S+\.yaml)$/gm)];
  const others = readdirSync(join(folder, "kubernetes")).filter((name) => name !== "kustomization.yaml");
  expect(resources.map(([, name]) => name).sort()).toEqual(others.sort());
});

it("reads from secrets what the commands of the documentation put into them", () => {
  const page = readFileSync("docs/operating/deploy.md", "utf8");
  const made = [...page.matchAll(/ create secret generic (\S+) (.*)$/gm)].flatMap(([, name, literals = ""]) =>
    [...literals.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => `${name}: ${key}`),
  );
  const taken = manifests.flatMap((file) =>
    [...read(file).matchAll(/secretKeyRef:\n +name: (\S+)\n +key: (\S+)/g)].map(
      ([, name, key]) => `${name}: ${key}`,
    ),
  );
  expect(taken.length).toBeGreaterThan(2);
  expect(taken.sort()).toEqual(made.sort());
  expect(page).toMatch(/ get secret tallystick -o jsonpath='\{\.data\.TALLYSTICK_ADMIN_CLIENT_SECRET\}'/);
});

/** Answers the standard output of a program that must succeed. */
function outputOf(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (hasKubectl)
  it("is what kustomize builds", () => {
    const built = outputOf("kubectl", ["kustomize", join(folder, "kubernetes")]);
    expect(built.match(/^kind: .*$/gm)).toHaveLength(manifests.length - 1);
  });
else
  it("is what kustomize builds: did not run, for there is no kubectl", () => expect(hasKubectl).toBe(false));
