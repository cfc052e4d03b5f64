import { create } from "@bufbuild/protobuf";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { mergeLeaf } from "./leaf.ts";

const { tags, bytesValue } = everything.field;

it("tells what protobuf-es does not take as what the field calls for", () => {
  const target = { desc: everything, message: create(everything) };
  expect(bytesValue && mergeLeaf(target, bytesValue, "*")).toBe('expected a string in base64, got "*"');
});

it("does not tell a fault of ours as one of the caller's", () => {
  const message = Object.assign(create(everything), { tags: undefined });
  expect(() => tags && mergeLeaf({ desc: everything, message }, tags, "a")).toThrow(TypeError);
});
