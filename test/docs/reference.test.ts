import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromJson } from "@bufbuild/protobuf";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { root } from "./documents.ts";

const folder = join(root, "dist/web/docs/reference");
const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".html"),
);
const texts = new Map(
  pages.map((name) => {
    const html = readFileSync(join(folder, name), "utf8").replace(/<[^>]*>/g, "");
    return [
      name,
      html
        .replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(code))
        .replaceAll("&quot;", '"')
        .replaceAll("&#x27;", "'")
        .replaceAll("&amp;", "&")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">"),
    ] as const;
  }),
);
const all = services({} as App).flatMap(({ desc }) => desc.methods);
const methods = new Map(all.map((method) => [`${method.parent.typeName}/${method.name}`, method]));

describe("the reference", () => {
  it("has every method that is served", () => {
    const text = [...texts.values()].join("\n");
    expect([...methods.keys()].filter((name) => !text.includes(`gRPC /${name}\n`))).toEqual([]);
  });

  it("has lines for buf curl whose messages the methods take", () => {
    const lines = [...texts.values()].flatMap((text) => [
      ...text.matchAll(/--user "\$AUTH" -d '(.*)' http:\/\/127\.0\.0\.1:7400\/(\S+)$/gm),
    ]);
    expect(lines.length).toBeGreaterThan(60);
    for (const [, message = "", name = ""] of lines) {
      const method = methods.get(name);
      if (method === undefined) throw new Error(`there is no ${name}`);
      const json = JSON.parse(message.replaceAll("'\\''", "'"));
      expect(() => fromJson(method.input, json)).not.toThrow();
    }
  });
});
