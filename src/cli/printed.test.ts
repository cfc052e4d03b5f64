import { CustomerState } from "../../gen/tallystick/v1/customer_pb.ts";
import { wordOf } from "./printed.ts";

it("prints the name of an enum's value, and the number of one that a newer server has", () => {
  expect(wordOf(CustomerState, CustomerState.ACTIVE)).toBe("active");
  expect(wordOf(CustomerState, 99)).toBe("99");
});
