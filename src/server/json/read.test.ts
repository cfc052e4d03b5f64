import { toJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { elementsMax } from "../requests/repetition.ts";
import { Violations, violationsMax } from "../requests/violations.ts";
import { jsonDepthMax } from "./nesting.ts";
import { parseJson } from "./parse.ts";
import type { ReadOptions } from "./read.ts";
import { readMessage } from "./read.ts";

function read(text: string, unknownFields: ReadOptions["unknownFields"] = "refused") {
  const message = reflect(everything);
  const violations = new Violations();
  readMessage(message, parseJson(text), { unknownFields, violations });
  violations.throwIfAny();
  return toJson(everything, message.message, { useProtoFieldName: true });
}

function violationsOf(text: string): { field: string; description: string }[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [badRequest] = error.findDetails(BadRequestSchema);
    return badRequest?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [];
  }
  return [];
}

describe("readMessage", () => {
  it("takes no field mask that is longer than names of fields can be", () => {
    const description = "has more than 64000 characters";
    for (const longer of ["a".repeat(64_001), "a_".repeat(2_000_000)])
      expect(violationsOf(`{"update_mask": "${longer}"}`)).toEqual([{ field: "update_mask", description }]);
  });

  it.each([
    "Display_name",
    "displayName_x",
    "_name",
    "field_1",
    "a__b",
    "name_",
    "a name",
    "a..b",
    "a.B",
    "",
  ])("takes no field mask with %j, which names no field, and tells it as it was written", (name) => {
    expect(violationsOf(JSON.stringify({ update_mask: `name,${name}` }))).toEqual([
      { field: "update_mask", description: `holds "${name}", which is the name of no field` },
    ]);
  });

  it("takes no more members of a field mask than of a list", () => {
    const maskOf = (members: number) => JSON.stringify({ update_mask: Array(members).fill("name").join() });
    expect(violationsOf(maskOf(elementsMax))).toEqual([]);
    expect(violationsOf(maskOf(elementsMax + 1))).toEqual([
      { field: "update_mask", description: "has more than 1000 elements" },
    ]);
    expect(violationsOf(`{"child": {"update_mask": "${",".repeat(100_000)}"}}`)).toEqual([
      { field: "child.update_mask", description: "has more than 1000 elements" },
    ]);
  });

  it.each([
    ['{"int64_value": 9007199254740993}', { int64_value: "9007199254740993" }],
    ['{"int64_value": "-9223372036854775808"}', { int64_value: "-9223372036854775808" }],
    ['{"uint64_value": 18446744073709551615}', { uint64_value: "18446744073709551615" }],
    ['{"int64_value": 1.0, "int32_value": 1e3}', { int64_value: "1", int32_value: 1000 }],
    ['{"int32_value": "-7"}', { int32_value: -7 }],
    ['{"fixed64_value": 1, "sfixed64_value": -1}', { fixed64_value: "1", sfixed64_value: "-1" }],
    ['{"sint64_value": -5, "sint32_value": -5}', { sint64_value: "-5", sint32_value: -5 }],
    ['{"double_value": 9007199254740993}', { double_value: 9007199254740992 }],
    ['{"double_value": "1.5", "float_value": 0.5}', { double_value: 1.5, float_value: 0.5 }],
    [
      '{"double_value": "NaN", "float_value": "-Infinity"}',
      { double_value: "NaN", float_value: "-Infinity" },
    ],
    ['{"bool_value": true, "name": "é"}', { bool_value: true, name: "é" }],
    ['{"bytes_value": "aGk="}', { bytes_value: "aGk=" }],
    ['{"color": "RED", "colors": ["BLUE", 1, 99]}', { color: "RED", colors: ["BLUE", "RED", 99] }],
    ['{"child": {"child": {"name": "x"}}}', { child: { child: { name: "x" } } }],
    ['{"tags": ["a", "b"], "numbers": [1, "2"]}', { tags: ["a", "b"], numbers: ["1", "2"] }],
    ['{"children": [{"name": "a"}, {}]}', { children: [{ name: "a" }, {}] }],
    ['{"nickname": ""}', { nickname: "" }],
    ['{"first_choice": null, "second_choice": 3}', { second_choice: "3" }],
    ['{"third_choice": {"name": "x"}}', { third_choice: { name: "x" } }],
    ['{"create_time": "2024-02-29T01:02:03.5+01:00"}', { create_time: "2024-02-29T00:02:03.500Z" }],
    ['{"ttl": "-1.5s"}', { ttl: "-1.500s" }],
    ['{"update_mask": "displayName,child.int64_value"}', { update_mask: "displayName,child.int64Value" }],
    ['{"update_mask": "*"}', { update_mask: "*" }],
    ['{"update_mask": ""}', { update_mask: "" }],
    ['{"metadata": {"a": [1, 1.5, null, {"b": true}]}}', { metadata: { a: [1, 1.5, null, { b: true }] } }],
    ['{"any_json": null}', { any_json: null }],
    ['{"any_json": {"a": 1}, "json_list": [1, "x"]}', { any_json: { a: 1 }, json_list: [1, "x"] }],
    ['{"wrapped_int64": 9007199254740993}', { wrapped_int64: "9007199254740993" }],
    ['{"wrapped_string": "", "wrapped_bool": false}', { wrapped_string: "", wrapped_bool: false }],
    ['{"times": ["2024-01-01T00:00:00Z"]}', { times: ["2024-01-01T00:00:00Z"] }],
    ['{"counts": {"a": 9007199254740993, "": 1}}', { counts: { a: "9007199254740993", "": "1" } }],
    ['{"labels": {"-1": "x", "2": "y"}}', { labels: { "2": "y", "-1": "x" } }],
    ['{"named": {"a": {"name": "x"}}}', { named: { a: { name: "x" } } }],
    ['{"shades": {"true": "RED"}}', { shades: { true: "RED" } }],
    ['{"name": null, "tags": null, "counts": null, "child": null}', {}],
    [
      '{"int64Value": 1, "createTime": "2024-01-01T00:00:00Z"}',
      { int64_value: "1", create_time: "2024-01-01T00:00:00Z" },
    ],
    ["{}", {}],
  ])("reads %s", (text, json) => {
    expect(read(text)).toEqual(json);
  });

  it.each([
    ['{"int64_value": 1.5}', "int64_value", "expected a whole number of 64 bits, got 1.5"],
    ['{"int64_value": 1e400}', "int64_value", "expected a whole number of 64 bits, got 1e400"],
    [
      '{"int64_value": 9223372036854775808}',
      "int64_value",
      "expected a whole number of 64 bits, got 9223372036854775808",
    ],
    ['{"int64_value": "0x10"}', "int64_value", 'expected a whole number of 64 bits, got "0x10"'],
    ['{"int64_value": ""}', "int64_value", 'expected a whole number of 64 bits, got ""'],
    ['{"int64_value": true}', "int64_value", "expected a whole number of 64 bits, got true"],
    ['{"uint64_value": -1}', "uint64_value", "expected a whole number of 64 bits, 0 or more, got -1"],
    ['{"int32_value": 2147483648}', "int32_value", "expected a whole number of 32 bits, got 2147483648"],
    [
      '{"int32_value": 1.00000000000000000001}',
      "int32_value",
      "expected a whole number of 32 bits, got 1.00000000000000000001",
    ],
    ['{"uint32_value": [1]}', "uint32_value", "expected a whole number of 32 bits, 0 or more, got an array"],
    ['{"double_value": 1e400}', "double_value", "expected a number, got 1e400"],
    ['{"double_value": "abc"}', "double_value", 'expected a number, got "abc"'],
    ['{"float_value": 1e39}', "float_value", "expected a number of single precision, got 1e39"],
    ['{"bool_value": "true"}', "bool_value", 'expected true or false, got "true"'],
    ['{"name": 5}', "name", 'expected a string, so write it in quotes: "5"'],
    ['{"name": 1.50e3}', "name", 'expected a string, so write it in quotes: "1500"'],
    ['{"name": 1e0}', "name", 'expected a string, so write it in quotes: "1"'],
    ['{"name": 1.50}', "name", 'expected a string, so write it in quotes: "1.50"'],
    ['{"name": 1e999}', "name", 'expected a string, so write it in quotes: "1e999"'],
    ['{"name": "\\ud800"}', "name", 'expected a string of valid Unicode, got "\\ud800"'],
    ['{"bytes_value": "*"}', "bytes_value", 'expected a string in base64, got "*"'],
    ['{"color": "GREEN"}', "color", 'expected one of RED, BLUE, got "GREEN"'],
    ['{"color": 1.5}', "color", "expected one of RED, BLUE, got 1.5"],
    ['{"child": []}', "child", "expected an object"],
    ['{"child": {"child": 1}}', "child.child", "expected an object"],
    ['{"tags": "a"}', "tags", "expected an array"],
    ['{"tags": ["a", null]}', "tags[1]", "expected a string of valid Unicode, got null"],
    [
      '{"children": [{"numbers": [1, "x"]}]}',
      "children[0].numbers[1]",
      'expected a whole number of 64 bits, got "x"',
    ],
    ['{"children": [null]}', "children[0]", "expected an object"],
    ['{"counts": []}', "counts", "expected an object"],
    ['{"counts": {"a": 1.5}}', 'counts["a"]', "expected a whole number of 64 bits, got 1.5"],
    ['{"counts": {"\\udc00": 1}}', 'counts["\\udc00"]', "the key does not fit its type"],
    ['{"labels": {"x": ""}}', 'labels["x"]', "the key does not fit its type"],
    ['{"labels": {"2147483648": ""}}', 'labels["2147483648"]', "the key does not fit its type"],
    ['{"labels": {"1": "", "1.0": ""}}', 'labels["1.0"]', "the key is there twice"],
    ['{"shades": {"yes": "RED"}}', 'shades["yes"]', "the key does not fit its type"],
    ['{"named": {"a": {"name": 1}}}', 'named["a"].name', 'expected a string, so write it in quotes: "1"'],
    [
      '{"create_time": "yesterday"}',
      "create_time",
      'expected a time such as "2024-07-13T09:54:48.253Z", got "yesterday"',
    ],
    [
      '{"create_time": "2024-02-30T00:00:00Z"}',
      "create_time",
      'expected a time such as "2024-07-13T09:54:48.253Z", got "2024-02-30T00:00:00Z"',
    ],
    [
      '{"create_time": "2024-01-01T24:00:00Z"}',
      "create_time",
      'expected a time such as "2024-07-13T09:54:48.253Z", got "2024-01-01T24:00:00Z"',
    ],
    ['{"create_time": 1}', "create_time", 'expected a time such as "2024-07-13T09:54:48.253Z", got 1'],
    ['{"ttl": "1.5sec"}', "ttl", 'expected a duration in seconds such as "1.5s", got "1.5sec"'],
    ['{"ttl": "1.0123456789s"}', "ttl", 'expected a duration in seconds such as "1.5s", got "1.0123456789s"'],
    ['{"metadata": [1]}', "metadata", "expected an object, got an array"],
    [
      '{"metadata": {"a": 1e400}}',
      "metadata",
      "holds 1e400 at a, which a double cannot hold; send it as text",
    ],
    [
      '{"metadata": {"order": {"ids": [1, 9007199254740993]}}}',
      "metadata",
      "holds 9007199254740993 at order.ids[1], which a double cannot hold; send it as text",
    ],
    ['{"wrapped_int64": 1.5}', "wrapped_int64", "expected a whole number of 64 bits, got 1.5"],
    [
      '{"packed": {}}',
      "packed",
      "expected nothing: google.protobuf.Any is not supported in a request, got an object",
    ],
    [
      '{"first_choice": "a", "second_choice": 1}',
      "second_choice",
      "only one of first_choice and second_choice may be set",
    ],
    ['{"int64_value": 1, "int64Value": 1}', "int64Value", 'is there as "int64_value" and as "int64Value"'],
    ['{"child": {"unknown": 1}}', "child.unknown", "there is no such field"],
    ['{"constructor": 1}', "constructor", "there is no such field"],
    ["[]", "the body", "expected an object"],
    ["1", "the body", "expected an object"],
    ["null", "the body", "expected an object"],
  ])("refuses %s", (text, field, description) => {
    expect(violationsOf(text)).toEqual([{ field, description }]);
  });

  it("reports all that is wrong at once", () => {
    const fields = violationsOf('{"name":1,"int64_value":"x","child":{"color":"GREEN"},"nope":0}');
    expect(fields.map(({ field }) => field)).toEqual(["name", "int64_value", "child.color", "nope"]);
  });

  it("stops when there are too many", () => {
    const text = `{"numbers": [${'"x",'.repeat(500)}"x"]}`;
    expect(violationsOf(text)).toHaveLength(violationsMax);
  });

  it("reads as deep as JSON text may nest", () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const metadata = nested(jsonDepthMax - 1);
    expect(read(`{"metadata": ${metadata}}`)).toEqual({ metadata: JSON.parse(metadata) });
    const children = `${'{"child":'.repeat(jsonDepthMax - 1)}{}${"}".repeat(jsonDepthMax - 1)}`;
    expect(read(children)).toEqual(JSON.parse(children));
  });

  it("ignores unknown fields where the dialect does", () => {
    expect(read('{"unknown": {"a": 1}, "child": {"b": 2, "name": "x"}}', "ignored")).toEqual({
      child: { name: "x" },
    });
  });

  it("never rounds an integer of 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const expected = value === 0n ? {} : { int64_value: `${value}` };
        expect(read(`{"int64_value": ${value}}`)).toEqual(expected);
        expect(read(`{"int64_value": "${value}"}`)).toEqual(expected);
      }),
    );
  });
});
