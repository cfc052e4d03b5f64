import { invalidField, notFound, Refused } from "./refusal.ts";

describe("Refused", () => {
  it("carries its refusal as an error", () => {
    const refused = new Refused({ reason: "OVERLOADED" });
    expect(refused).toBeInstanceOf(Error);
    expect(refused).toMatchObject({
      name: "Refused",
      message: "OVERLOADED",
      refusal: { reason: "OVERLOADED" },
    });
  });

  it("has short forms for a field and for what was not found", () => {
    expect(invalidField("amount", "must be above 0").refusal).toEqual({
      reason: "INVALID_FIELDS",
      violations: [{ field: "amount", description: "must be above 0" }],
    });
    expect(notFound("customer", "c-1").refusal).toEqual({
      reason: "NOT_FOUND",
      resource: "customer",
      name: "c-1",
    });
  });
});
