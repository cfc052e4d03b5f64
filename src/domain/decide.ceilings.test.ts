import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import type { Ceiling } from "./ceiling.ts";
import { adjustment, asker, charge, credit, customer, orgId, stateOf } from "./decide.fixture.ts";
import { decide } from "./decide.ts";

const none: Ceiling = { credit: null, adjustment: null, overdraft: null, debt: null };
const bounded = { ...asker, isBounded: true };

function verdictOn(operation: Operation, ceiling: Partial<Ceiling>, by = bounded) {
  const state = stateOf(customer("1000"));
  const ceilings = new Map([["VC", { ...none, ...ceiling }]]);
  const command = { orgId, operations: [operation], dryRun: false, by } as const;
  const [verdict] = decide({ ...state, currencies: { ...state.currencies, ceilings } }, [command]).verdicts;
  return verdict?.outcome === "refused" ? verdict.refused[0].refusal : verdict?.outcome;
}

const exceeded = (ceiling: string, largest: string, required: string) => ({
  ...{ reason: "CEILING_EXCEEDED", ceiling, currency: "VC" },
  ...{ largest: Amount.of(largest), required: Amount.of(required) },
});

it.each([
  ["credit", credit("a", "10"), credit("b", "11")],
  ["adjustment", adjustment("a", "10"), adjustment("b", "11")],
  ["adjustment", adjustment("a", "-10"), adjustment("b", "-11")],
] as const)("a ceiling of %s bounds what one may move", (kind, within, beyond) => {
  const ceiling = { [kind]: Amount.of("10") };
  expect(verdictOn(within, ceiling)).toBe("done");
  expect(verdictOn(beyond, ceiling)).toEqual(exceeded(kind, "10", "11"));
  expect(verdictOn(beyond, {})).toBe("done");
  expect(verdictOn(beyond, ceiling, asker)).toBe("done");
});

it("says nothing of charges", () => {
  const all = { credit: Amount.zero, adjustment: Amount.zero, overdraft: Amount.zero, debt: Amount.zero };
  expect(verdictOn(charge("a", "900"), all)).toBe("done");
});
