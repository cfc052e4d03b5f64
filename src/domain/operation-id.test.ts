import fc from "fast-check";
import { v5 as uuidv5 } from "uuid";
import { operationId } from "./operation-id.ts";
import { isUuid } from "./uuid.ts";

const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const otherOrgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e60";

describe("operationId", () => {
  it("is always the same for one key of one organization", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (key) => {
        const id = operationId({ orgId, key });
        expect(isUuid(id)).toBe(true);
        expect(operationId({ orgId, key })).toBe(id);
        expect(operationId({ orgId: otherOrgId, key })).not.toBe(id);
      }),
    );
  });

  it("is the UUID of version 5 that RFC 9562 gives the key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        expect(operationId({ orgId, key })).toBe(uuidv5(`transfer/${key}`, orgId));
      }),
    );
  });

  it("never changes: keys are for ever", () => {
    expect(operationId({ orgId, key: "order-1001" })).toBe("73ca2108-2f0b-5213-9f9e-d3ebfd3ac931");
  });

  it("differs between keys", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (keys) => {
        expect(new Set(keys.map((key) => operationId({ orgId, key }))).size).toBe(keys.length);
      }),
    );
  });

  it("is new for every call without a key", () => {
    expect(operationId({ orgId, key: null })).not.toBe(operationId({ orgId, key: null }));
  });
});
