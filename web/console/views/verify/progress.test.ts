import { create } from "@bufbuild/protobuf";
import { VerifyLedgerResponseSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf } from "../../api/failure.ts";
import { listedMax, nothingChecked, withChecked, withUnknown } from "./progress.ts";

it("sums up what was read, lists so many violations, and counts all", () => {
  const clean = create(VerifyLedgerResponseSchema, { accounts: 2n, entries: 10n });
  const broken = create(VerifyLedgerResponseSchema, {
    ...{ accounts: 1n, entries: 4n, violationCount: 1_200n },
    violations: Array.from({ length: listedMax + 1 }, () => ({ invariant: "VERSION_GAP" })),
  });
  const progress = withChecked(withChecked(nothingChecked, clean), broken);
  expect(progress).toMatchObject({ checked: 2, accounts: 3n, entries: 14n, violationCount: 1_200n });
  expect(progress.violations).toHaveLength(listedMax);
});

it("notes of which organization it is not known", () => {
  const failure = failureOf(new Error("away"));
  expect(withUnknown(nothingChecked, "acme", failure)).toMatchObject({
    checked: 0,
    unknown: [{ name: "acme", failure: { reason: "UNKNOWN" } }],
  });
});
