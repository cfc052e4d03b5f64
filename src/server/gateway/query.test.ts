import { toJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { createTestMethod } from "../../../test/fixtures/gateway/schema.ts";
import type { ReadOptions } from "../json/read.ts";
import { Violations } from "../requests/violations.ts";
import { methodBindings } from "./binding.ts";
import { queryParametersMax, readQuery } from "./query.ts";

const get = { get: "/x/{name}/{child.name}" };

function read(query: string, rule: object = get, unknownFields: ReadOptions["unknownFields"] = "refused") {
  const [binding] = methodBindings(createTestMethod({ ...rule }));
  if (!binding) throw new Error("no binding");
  const request = reflect(binding.method.input);
  const violations = new Violations();
  readQuery(request, query, binding, { unknownFields, violations });
  violations.throwIfAny();
  return toJson(binding.method.input, request.message, { useProtoFieldName: true });
}

function violationsOf(query: string, rule?: object): string[] {
  try {
    read(query, rule);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [badRequest] = error.findDetails(BadRequestSchema);
    return badRequest?.fieldViolations.map(({ field, description }) => `${field}: ${description}`) ?? [];
  }
  return [];
}

describe("readQuery", () => {
  it.each([
    ["", {}],
    ["&&", {}],
    ["int32_value=-5", { int32_value: -5 }],
    ["int64_value=9007199254740993", { int64_value: "9007199254740993" }],
    ["int64Value=1", { int64_value: "1" }],
    [
      "uint32_value=1&uint64_value=2&sint32_value=-3",
      { uint32_value: 1, uint64_value: "2", sint32_value: -3 },
    ],
    [
      "sint64_value=-4&fixed32_value=5&fixed64_value=6",
      { sint64_value: "-4", fixed32_value: 5, fixed64_value: "6" },
    ],
    ["sfixed32_value=-7&sfixed64_value=-8", { sfixed32_value: -7, sfixed64_value: "-8" }],
    ["float_value=0.5&double_value=-1e3", { float_value: 0.5, double_value: -1000 }],
    ["double_value=NaN", { double_value: "NaN" }],
    ["bool_value=true", { bool_value: true }],
    ["bytes_value=aGk%3D", { bytes_value: "aGk=" }],
    ["bytes_value=-_8", { bytes_value: "+/8=" }],
    ["color=RED", { color: "RED" }],
    ["color=2", { color: "BLUE" }],
    ["tags=a&tags=b+c&tags=%2B", { tags: ["a", "b c", "+"] }],
    ["numbers=1&colors=RED&numbers=2&colors=2", { numbers: ["1", "2"], colors: ["RED", "BLUE"] }],
    ["child.int64_value=1&child.child.name=x", { child: { int64_value: "1", child: { name: "x" } } }],
    ["child.int64Value=1", { child: { int64_value: "1" } }],
    ["nickname=", { nickname: "" }],
    ["nickname", { nickname: "" }],
    ["nickname=a=b", { nickname: "a=b" }],
    ["second_choice=5", { second_choice: "5" }],
    ["create_time=2024-07-13T09:54:48.253Z", { create_time: "2024-07-13T09:54:48.253Z" }],
    ["create_time=2024-07-13T09:54:48%2B02:00", { create_time: "2024-07-13T07:54:48Z" }],
    [
      "times=2024-01-01T00:00:00Z&times=2024-01-02T00:00:00Z",
      { times: ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"] },
    ],
    ["ttl=1.5s", { ttl: "1.500s" }],
    ["update_mask=displayName,create_time", { update_mask: "displayName,createTime" }],
    ["wrapped_string=x&wrapped_int64=5", { wrapped_string: "x", wrapped_int64: "5" }],
    ["wrapped_bool=false&wrapped_double=1", { wrapped_bool: false, wrapped_double: 1 }],
    ["child.nick%6eame=%C3%A9", { child: { nickname: "é" } }],
    ["alt=json&prettyPrint=true&%24.xgafv=2&fields=a,b&key=k&access_token=t&oauth_token=t", {}],
    ["quotaUser=u&callback=c&uploadType=u&upload_protocol=p", {}],
    [
      "$alt=json;enum-encoding=int&%24fields=a&$prettyPrint=true&$key=k&$callback=c&$unique=u&$apiVersion=1",
      {},
    ],
  ])("reads %s", (query, json) => {
    expect(read(query)).toEqual(json);
  });

  it.each([
    ["int64_value=1.5", 'int64_value: expected a whole number of 64 bits, got "1.5"'],
    ["int64_value=", 'int64_value: expected a whole number of 64 bits, got ""'],
    ["int64_value=+1", 'int64_value: expected a whole number of 64 bits, got " 1"'],
    ["bool_value=1", 'bool_value: expected true or false, got "1"'],
    ["color=GREEN", 'color: expected one of RED, BLUE, got "GREEN"'],
    ["numbers=1&numbers=x", 'numbers: expected a whole number of 64 bits, got "x"'],
    ["nickname=a&nickname=a", "nickname: is there twice"],
    ["int64_value=1&int64Value=1", "int64Value: is there twice"],
    [
      "first_choice=a&second_choice=1",
      "second_choice: only one of first_choice and second_choice may be set",
    ],
    ["int64_vlaue=1", "int64_vlaue: there is no such query parameter; did you mean int64Value?"],
    ["unknown=1", "unknown: there is no such query parameter"],
    ["child.unknown=1", "child.unknown: there is no such query parameter"],
    ["name=x", "name: there is no such query parameter"],
    ["child.name=x", "child.name: there is no such query parameter"],
    ["child=x", "child: there is no such query parameter"],
    ["children.name=x", "children.name: there is no such query parameter"],
    ["counts.a=1", "counts.a: there is no such query parameter"],
    ["counts=1", "counts: there is no such query parameter"],
    ["create_time.seconds=1", "create_time.seconds: there is no such query parameter"],
    ["metadata=x", "metadata: there is no such query parameter"],
    ["any_json=1", "any_json: there is no such query parameter"],
    ["$ct=text/plain", "$ct: there is no such query parameter"],
    ["=x", "the query: holds a value without the name of a parameter"],
  ])("refuses %s", (query, violation) => {
    expect(violationsOf(query)).toEqual([violation]);
  });

  it("leaves to the body what the body sets", () => {
    expect(violationsOf("child.int64_value=1&tags=a", { post: "/x", body: "child" })).toEqual([
      "child.int64_value: there is no such query parameter",
    ]);
    expect(violationsOf("tags=a&alt=json", { post: "/x", body: "*" })).toEqual([
      "tags: there is no such query parameter",
    ]);
  });

  it("ignores unknown parameters where the dialect does", () => {
    expect(read("unknown=1&name=x&tags=a", get, "ignored")).toEqual({ tags: ["a"] });
  });

  it.each(["tags=%", "tags=%zz", "%FF=1", "tags=%C3", "tags=a%00b"])("refuses the malformed %s", (query) => {
    expect(() => read(query)).toThrow("the query holds a malformed escape");
  });

  it("bounds the number of parameters", () => {
    expect(() => read("tags=a&".repeat(queryParametersMax))).not.toThrow();
    expect(() => read("tags=a&".repeat(queryParametersMax + 1))).toThrow("more than 1000 parameters");
  });
});
