import type { JsonObject } from "@bufbuild/protobuf";
import { create, createRegistry, fromJson } from "@bufbuild/protobuf";
import {
  DeveloperSchema,
  ListDevelopersResponseSchema,
} from "../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { writeMessage } from "./write.ts";
import type { WriteOptions } from "./write-options.ts";

const registry = createRegistry();
const frontier: WriteOptions = {
  registry,
  names: "proto",
  unsetFields: "printed",
  decimals: "text",
  enums: "names",
  times: "text",
};
const native: WriteOptions = {
  registry,
  names: "json",
  unsetFields: "omitted",
  decimals: "text",
  enums: "names",
  times: "text",
};

describe("writeMessage", () => {
  it("leaves unset fields out and writes JSON names", () => {
    const message = fromJson(everything, {
      int64Value: "5",
      children: [{}],
      createTime: "2024-01-01T00:00:00Z",
    });
    expect(writeMessage(everything, message, native)).toEqual({
      int64Value: "5",
      children: [{}],
      createTime: "2024-01-01T00:00:00Z",
    });
  });

  it("writes enums by name or by number", () => {
    const message = fromJson(everything, { color: "RED", colors: ["BLUE", "RED"], child: { color: "BLUE" } });
    expect(writeMessage(everything, message, native)).toEqual({
      color: "RED",
      colors: ["BLUE", "RED"],
      child: { color: "BLUE" },
    });
    expect(writeMessage(everything, message, { ...native, enums: "numbers" })).toEqual({
      color: 1,
      colors: [2, 1],
      child: { color: 2 },
    });
  });

  it("prints unset fields, in the order of the proto, but not those of a oneof or proto3 optional", () => {
    const json = writeMessage(everything, fromJson(everything, {}), frontier) as JsonObject;
    expect(json).toMatchObject({
      name: "",
      int64_value: "0",
      color: "COLOR_UNSPECIFIED",
      tags: [],
      counts: {},
    });
    expect(json).toMatchObject({ child: null, create_time: null, metadata: null, wrapped_string: null });
    for (const name of ["first_choice", "third_choice", "nickname"]) expect(json).not.toHaveProperty(name);
    const names = everything.fields.map((field) => field.name);
    expect(Object.keys(json)).toEqual(names.filter((name) => name in json));
  });

  it("prints unset fields all the way down", () => {
    const message = fromJson(everything, {
      child: {},
      children: [{}],
      named: { a: {} },
      thirdChoice: {},
      metadata: { a: {} },
    });
    expect(writeMessage(everything, message, frontier)).toMatchObject({
      child: { child: null },
      children: [{ create_time: null }],
      named: { a: { ttl: null } },
      third_choice: { child: null },
      metadata: { a: {} },
    });
  });

  it.each([
    ["name", { name: "x" }, "x"],
    ["name", {}, ""],
    ["tags", {}, []],
    ["tags", { tags: ["a"] }, ["a"]],
    ["child", {}, {}],
    ["child", { child: { name: "x" } }, { name: "x" }],
    ["nickname", {}, null],
    ["counts", {}, {}],
    ["createTime", {}, null],
  ])("writes only the field %s of %j", (localName, json, expected) => {
    const part = everything.field[localName];
    expect(writeMessage(everything, fromJson(everything, json), native, part)).toEqual(expected);
  });

  it("writes no field that another message has", () => {
    const [part] = DeveloperSchema.fields;
    expect(() => writeMessage(everything, create(everything), native, part)).toThrow(TypeError);
  });

  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["undefined", undefined],
    ["a date", new Date(0)],
    ["a function", () => 1],
    ["a big integer", 1n],
    ["a hole", Array(1)],
  ])("writes no open JSON that holds %s, which is none", (_what, value) => {
    for (const metadata of [{ a: value }, { a: { b: ["c", value] } }]) {
      const message = Object.assign(create(everything), { metadata });
      expect(() => writeMessage(everything, message, native)).toThrow(TypeError);
    }
  });

  it("prints empty lists and nothing else that is unset, all the way down, where that is asked for", () => {
    const edge: WriteOptions = {
      registry,
      names: "json",
      unsetFields: "lists printed",
      decimals: "numbers",
      enums: "names",
      times: "text",
    };
    const lists = (fields: typeof everything.fields) =>
      Object.fromEntries(
        fields.filter((field) => field.fieldKind === "list").map((field) => [field.jsonName, []]),
      );
    const empty = lists(everything.fields);
    expect(writeMessage(everything, fromJson(everything, {}), edge)).toEqual(empty);
    expect(writeMessage(everything, fromJson(everything, { child: {} }), edge)).toEqual({
      ...empty,
      child: empty,
    });
  });

  it("prints empty texts and lists that are marked, all the way down, where that is asked for", () => {
    const x: WriteOptions = { ...native, unsetFields: "marked printed" };
    expect(writeMessage(everything, fromJson(everything, { child: {} }), x)).toEqual({ child: {} });
    const developer = create(DeveloperSchema, { attributes: [{ name: "tier" }] });
    const attributes = [{ name: "tier", value: "" }];
    expect(writeMessage(DeveloperSchema, developer, x)).toEqual({ attributes });
    expect(writeMessage(ListDevelopersResponseSchema, create(ListDevelopersResponseSchema), x)).toEqual({
      developer: [],
    });
  });

  it("writes times in milliseconds as text or as numbers, and other integers of 64 bits as text", () => {
    const developer = create(DeveloperSchema, { createdAt: 1795656267516n });
    const times: WriteOptions = { ...native, times: "numbers" };
    expect(writeMessage(DeveloperSchema, developer, native)).toEqual({ createdAt: "1795656267516" });
    expect(writeMessage(DeveloperSchema, developer, times)).toEqual({ createdAt: 1795656267516 });
    const message = fromJson(everything, { int64Value: "5" });
    expect(writeMessage(everything, message, times)).toEqual({ int64Value: "5" });
  });
});
