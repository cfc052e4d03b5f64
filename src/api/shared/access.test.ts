import { Health } from "../../../gen/health/v1/health_pb.ts";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { VerifyLedgerRequestSchema } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { permissionsIn } from "../../auth/permissions.ts";
import { accessOf } from "./access.ts";
import { implement } from "./handler.ts";

describe("accessOf", () => {
  it("says who may call a method, and how its request names the organization", () => {
    expect(accessOf(FrontierService.method.createBillingUsage)).toMatchObject({
      permissions: permissionsIn(["charge"]),
      organization: { name: "org_id", localName: "orgId" },
      account: { name: "billing_id", localName: "billingId" },
    });
  });

  it("refuses a method that names fields which its request does not have", () => {
    const method = { ...FrontierService.method.getBillingAccount, input: VerifyLedgerRequestSchema };
    expect(() => accessOf(method)).toThrow("has no text in org_id");
  });
});

it("no method starts that does not say who may call it", () => {
  const handler = async () => ({});
  const said = { need: "coordinator", override: () => ({}) } as const;
  expect(() => implement({} as App, Health.method.check, handler, said)).toThrow(
    "grpc.health.v1.Health/Check has no option that says who may call it",
  );
});
