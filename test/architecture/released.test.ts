import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createFileRegistry, type DescMethod, fromBinary, getOption, hasOption } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { http } from "../../gen/google/api/annotations_pb.ts";
import type { HttpRule } from "../../gen/google/api/http_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { bufProgram } from "../support/buf.ts";

const root = join(import.meta.dirname, "../..");

describe("what breaks clients of the last release", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tallystick-protos-"));
    for (const name of ["proto", "buf.yaml"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs what CI runs, on the copy. */
  function compare(): { readonly passes: boolean; readonly output: string } {
    const path = [dirname(bufProgram), process.env["PATH"]].join(delimiter);
    const { status, stdout } = spawnSync(process.execPath, [join(root, "scripts/breaking.mjs")], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      encoding: "utf8",
    });
    return { passes: status === 0, output: stdout };
  }

  function change(proto: string, from: string, to: string): void {
    const path = join(folder, "proto", proto);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  }

  it("is nothing that there is now", () => {
    expect(compare()).toEqual({ passes: true, output: "" });
  });

  it("is no field that is new", () => {
    change("tallystick/v1/limits_check.proto", "string fault = 2;", "string fault = 2;\n  bool sure = 20;");
    expect(compare()).toEqual({ passes: true, output: "" });
  });

  describe("is another", () => {
    const changes = {
      "number of a field": {
        proto: "tallystick/v1/limits_check.proto",
        from: "string fault = 2;",
        to: "string fault = 20;",
        told: 'Previously present field "2" with name "fault"',
      },
      "name of a field": {
        proto: "tallystick/v1/limits_check.proto",
        from: "string customer_id = 3;",
        to: "string customer_code = 3;",
        told: 'changed name from "customer_id" to "customer_code"',
      },
      "type of a field": {
        proto: "raystack/frontier/v1beta1/models.proto",
        from: "string id = 1;",
        to: "int64 id = 1;",
        told: 'changed type from "string" to "int64"',
      },
      "number of a value": {
        proto: "tallystick/v1/customer.proto",
        from: "_POSTPAID = 2;",
        to: "_POSTPAID = 3;",
        told: 'Previously present enum value "2" on enum "BillingType"',
      },
      "name of a method": {
        proto: "tallystick/v1/limits_check.proto",
        from: "rpc CheckLimits(",
        to: "rpc AskLimits(",
        told: 'Previously present RPC "CheckLimits"',
      },
    };

    // All at once, each of which is told by itself: reading the protos is what takes long.
    let all: ReturnType<typeof compare> | undefined;
    function compareAll() {
      for (const { proto, from, to } of Object.values(changes)) change(proto, from, to);
      return compare();
    }

    it.each(Object.entries(changes))("%s", (_what, { proto, told }) => {
      all ??= compareAll();
      expect(all.passes).toBe(false);
      const lines = all.output.split("\n").filter((line) => line.startsWith(`${proto}:`));
      expect(lines.filter((line) => line.includes(told))).toHaveLength(1);
    });
  });
});

it("every REST path of the last release is served by the same method", () => {
  const image = fromBinary(FileDescriptorSetSchema, readFileSync(join(root, "proto/released.binpb")));
  const released = [...createFileRegistry(image)].flatMap((desc) =>
    desc.kind === "service" ? desc.methods : [],
  );
  const pathsNow = new Set(services({} as App).flatMap(({ desc }) => desc.methods.flatMap(pathsOf)));
  const paths = released.flatMap(pathsOf);
  expect(paths.length).toBeGreaterThan(100);
  expect(paths.filter((path) => !pathsNow.has(path))).toEqual([]);
});

function pathsOf(method: DescMethod): string[] {
  if (!hasOption(method, http)) return [];
  const rule = getOption(method, http);
  const name = `${method.parent.typeName}/${method.name}`;
  return [rule, ...rule.additionalBindings].map((each) => `${name}: ${pathOf(each)} ${each.body}`);
}

function pathOf({ pattern }: HttpRule): string {
  const { case: verb, value } = pattern;
  return `${verb} ${typeof value === "string" ? value : `${value?.kind} ${value?.path}`}`;
}
