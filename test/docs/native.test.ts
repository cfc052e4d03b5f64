import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { bufProgram } from "../support/buf.ts";

const page = "docs/native.md";

it("is what npm run generate makes of the protos", () => {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-methods-"));
  const made = join(folder, "native.md");
  copyFileSync(page, made);
  const path = [dirname(bufProgram), process.env["PATH"]].join(delimiter);
  const options = { env: { ...process.env, PATH: path }, encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(process.execPath, ["scripts/methods.mjs", made], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readFileSync(page, "utf8")).toBe(readFileSync(made, "utf8"));
  rmSync(folder, { recursive: true });
});

it("has every method that is served", () => {
  const isNative = ({ file }: DescService) => file.proto.package === "tallystick.v1";
  const served = services({} as App).filter(({ desc }) => isNative(desc));
  const rows = readFileSync(page, "utf8").match(/^\| \w+(?= \| `(GET|POST|PATCH|PUT|DELETE) )/gm) ?? [];
  const methods = served.flatMap(({ desc }) => desc.methods.map(({ name }) => `| ${name}`));
  expect(rows.sort()).toEqual(methods.sort());
});
