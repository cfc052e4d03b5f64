import { OperationKind } from "../../../gen/tallystick/v1/refusal_pb.ts";
import { operationIdOf, operationIdsOf } from "./operation-id.ts";

const organization = "01a21ad5-a39e-70fb-b715-a0374cc70faa";
const customer = "01a21ad5-a39e-7000-8000-a0374cc70fbb";
const [ownId, otherForm] = ["13ab6a3e-2959-4bce-ae9a-5019d1c11fae", "13AB6A3E-2959-4BCE-AE9A-5019D1C11FAE"];

it.each([
  ["order-1001", "840f878f-ba5f-55d0-8629-399580d79be4"],
  ["e\u0301", "2d4275bc-cba4-5a64-9a93-58c19a1a522f"],
  ["\u00e9", "2d4275bc-cba4-5a64-9a93-58c19a1a522f"],
  [ownId, ownId],
  [otherForm, "2f6430e4-b3a5-567a-a6fb-e0217bb20153"],
])("that %s stands for is %s", (key, id) => expect(operationIdOf(organization, key)).toBe(id));

const [edge, xCredit, xAdjustment] = [
  "9f78da0a-1e83-8d0d-943c-cf3f0a765fb8",
  "f901e679-79dd-8e4e-adb1-a9870f61b0c7",
  "5704a6f2-53fd-8919-a299-37fe9970118d",
];

it.each([
  [OperationKind.CHARGE, customer, []],
  [OperationKind.REFUND, customer, [edge]],
  [OperationKind.CREDIT, customer, [edge, xCredit]],
  [OperationKind.ADJUSTMENT, customer, [edge, xAdjustment]],
  [OperationKind.ADJUSTMENT, "", [edge]],
])("may be, for kind %d of %j, what Apigee's interfaces derive, too", (kind, customerId, derived) => {
  const [key, ofKey] = ["order-1001", "840f878f-ba5f-55d0-8629-399580d79be4"];
  expect(operationIdsOf({ organizationId: organization, customerId, key, kind })).toEqual([
    ofKey,
    ...derived,
  ]);
});

it("is derived from one form of a text", () => {
  const asked = { organizationId: organization, customerId: customer, kind: OperationKind.CREDIT };
  const ids = operationIdsOf({ ...asked, key: "e\u0301" });
  expect(ids).toEqual(operationIdsOf({ ...asked, key: "\u00e9" }));
  expect(ids[2]).toBe("23106fb8-bef7-8255-bb7f-3f4b00a9d0d6");
});
