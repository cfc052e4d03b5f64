import fc from "fast-check";
import { isUuid, versionOf } from "./uuid.ts";

const uuid = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

describe("isUuid", () => {
  it("takes every UUID, of any version and case", () => {
    fc.assert(fc.property(fc.uuid(), (id) => isUuid(id) && isUuid(id.toUpperCase())));
    expect(isUuid("00000000-0000-0000-0000-000000000000")).toBe(true);
  });

  it.each([
    "",
    "demo",
    uuid.replaceAll("-", ""),
    `{${uuid}}`,
    `urn:uuid:${uuid}`,
    ` ${uuid}`,
    `${uuid}\n`,
    `${uuid}0`,
    uuid.replace("e", "g"),
  ])("refuses %j", (text) => {
    expect(isUuid(text)).toBe(false);
  });
});

it("versionOf reads the version", () => {
  expect([versionOf(uuid), versionOf("018f7d3c-2b6a-BCC1-9f3e-0a1b2c3d4e5f")]).toEqual(["7", "b"]);
});
