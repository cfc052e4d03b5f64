import { operationIdOf } from "./operation-id.ts";

const organization = "01a21ad5-a39e-70fb-b715-a0374cc70faa";
const [ownId, otherForm] = ["13ab6a3e-2959-4bce-ae9a-5019d1c11fae", "13AB6A3E-2959-4BCE-AE9A-5019D1C11FAE"];

it.each([
  ["order-1001", "840f878f-ba5f-55d0-8629-399580d79be4"],
  ["e\u0301", "2d4275bc-cba4-5a64-9a93-58c19a1a522f"],
  ["\u00e9", "2d4275bc-cba4-5a64-9a93-58c19a1a522f"],
  [ownId, ownId],
  [otherForm, "2f6430e4-b3a5-567a-a6fb-e0217bb20153"],
])("that %s stands for is %s", (key, id) => expect(operationIdOf(organization, key)).toBe(id));
