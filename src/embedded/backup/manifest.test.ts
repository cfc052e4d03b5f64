import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "./manifest.ts";

const facts = { bytes: 3, sha256: "0f".repeat(32) };
const files = {
  "credential.json": facts,
  "postgres/PG_VERSION": facts,
  "postgres/backup_label": facts,
  "postgres/global/pg_control": facts,
};
const good = { end: "2026-11-26T21:00:00.000Z", folders: ["postgres", "postgres/global"], files };
const without = (name: keyof typeof files) => {
  const { [name]: _, ...rest } = files;
  return { ...good, files: rest };
};
const withFile = (path: string, its: unknown = facts) => ({ ...good, files: { ...files, [path]: its } });
const withFolder = (path: unknown) => ({ ...good, folders: [...good.folders, path] });

describe("readManifest", () => {
  const backup = mkdtempSync(join(tmpdir(), "tallystick-manifest-"));
  afterAll(() => rmSync(backup, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(join(backup, "manifest.json"), text);
    return readManifest(backup);
  };

  it("answers what a backup has", () => {
    expect(read(JSON.stringify(good))).toEqual(good);
    expect(read(JSON.stringify(without("credential.json")))).toEqual(without("credential.json"));
  });

  const paths = [
    ...["/etc/passwd", "postgres/../../x", "postgres/..", "postgres/./x", "postgres//x", "postgres/x/"],
    ...["../postgres/x", "postgres/", "", ".", "..", "other/x", "postgres\\x", "postgres/a\\..\\b"],
    ...["postgres/a\0b", "postgres/a\u001b[2Jb", "postgresql/x"],
  ];
  it.each([
    ...paths.map((path): [string, unknown] => [`the file ${JSON.stringify(path)}`, withFile(path)]),
    ...paths.map((path): [string, unknown] => [`the folder ${JSON.stringify(path)}`, withFolder(path)]),
    ["a file in place of the cluster", withFile("postgres")],
    ["a file that is none of a data folder", withFile("lock")],
    ["what a running cluster has", withFile("postgres/postmaster.pid")],
    ["a folder beside the cluster", withFolder("credential.json")],
    ["a folder that is no text", withFolder(1)],
    ["folders that are no list", { ...good, folders: { length: 0 } }],
    ["no files", { ...good, files: null }],
    ["a list of files", { ...good, files: [facts] }],
    ["a file without facts", withFile("postgres/x", null)],
    ["a size that is a text", withFile("postgres/x", { ...facts, bytes: "3" })],
    ["a digest of another length", withFile("postgres/x", { ...facts, sha256: "0f" })],
    ["an end that is no time", { ...good, end: "yesterday" }],
    ["an end that would write to the terminal", { ...good, end: "2026-11-26T21:00:00.000Z\u001b[2J" }],
    ["an end that is a number", { ...good, end: 1 }],
    ["no PG_VERSION", without("postgres/PG_VERSION")],
    ["no backup_label", without("postgres/backup_label")],
    ["no pg_control", without("postgres/global/pg_control")],
    ["nothing", null],
  ])("refuses %s", (_, manifest) => {
    expect(() => read(JSON.stringify(manifest))).toThrow(
      `${backup} is no backup: it has no manifest.json as `,
    );
  });

  it("refuses what is no JSON", () => {
    expect(() => read("{")).toThrow("is no backup");
  });
});
