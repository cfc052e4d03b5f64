import fc from "fast-check";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { BadPart, parsePart, partCharactersMax, selectPart } from "./part.ts";

const json = {
  name: "n",
  int64Value: "7",
  child: { name: "c", tags: ["x"], child: { name: "g", int64Value: "8" } },
  children: [{ name: "a", int64Value: "1" }, { name: "b" }],
  tags: ["t"],
};
const select = (fields: string) => selectPart(json, parsePart(fields, everything));

describe("a part of an answer", () => {
  it.each([
    ["name", { name: "n" }],
    ["tags,name", { name: "n", tags: ["t"] }],
    ["int64_value", { int64Value: "7" }],
    ["child/name", { child: { name: "c" } }],
    ["child(name,child/int64Value)", { child: { name: "c", child: { int64Value: "8" } } }],
    ["child/child(name)", { child: { child: { name: "g" } } }],
    ["child/name,child/tags", { child: { name: "c", tags: ["x"] } }],
    ["child/name,child", { child: json.child }],
    ["children/int64Value", { children: [{ int64Value: "1" }, {}] }],
    ["*", json],
    ["*/name", { child: { name: "c" }, children: [{ name: "a" }, { name: "b" }] }],
    ["child/*", { child: json.child }],
    ["boolValue", {}],
  ])("%s", (fields, expected) => {
    expect(select(fields)).toEqual(expected);
  });

  it.each([
    ["nothing", 'there is no field "nothing" at 1'],
    ["child/nothing", 'there is no field "nothing" at 7'],
    ["name/x", 'there is no field "x" at 6'],
    ["name(*)", 'there is no field "*" at 6'],
    ["name,", "a field's name is expected at 6"],
    ["child(name", '")" is expected at 11'],
    ["name)", '")" is not expected at 5'],
    ["child()", "a field's name is expected at 7"],
    ["/name", "a field's name is expected at 1"],
    ["name tags", '" " is not expected at 5'],
    ["child/".repeat(40), "nests deeper than 32 levels"],
    ["child(".repeat(40), "nests deeper than 32 levels"],
    ["x".repeat(partCharactersMax + 1), "has more than 4096 characters"],
  ])("refused: %.30s", (fields, problem) => {
    expect(() => select(fields)).toThrow(BadPart);
    expect(() => select(fields)).toThrow(problem);
  });

  it("is never read as anything but a part or a refusal", () => {
    const words = fc.constantFrom("name", "child", "tags", "*", "/", "(", ")", ",", "x", " ");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (pieces) => {
        try {
          expect(json).toMatchObject(select(pieces.join("")) as object);
        } catch (error) {
          if (!(error instanceof BadPart)) throw error;
        }
      }),
    );
  });
});
