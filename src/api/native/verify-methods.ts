import type { ServiceImpl } from "@connectrpc/connect";
import type { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { authorize } from "../../auth/caller.ts";
import { type Call, callOf } from "../shared/call.ts";
import { organizationFor } from "../shared/organization.ts";

export function verifyMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, "verifyLedger"> {
  return {
    async verifyLedger({ organization }, context) {
      const call = callOf(app, context);
      authorize(call.caller, { orgId: null, role: "admin" });
      const orgId = organization === "" ? undefined : await idOf(call, organization);
      const report = await app.audit.run({ orgId }, call.signal);
      return {
        violations: report.violations.map((violation) => ({
          invariant: violation.invariant,
          organizationId: violation.orgId,
          accountId: violation.accountId ?? "",
          transferId: violation.transferId ?? "",
          description: violation.description,
        })),
        violationCount: BigInt(report.violationCount),
        accounts: BigInt(report.accounts),
        entries: BigInt(report.entries),
      };
    },
  };
}

async function idOf(call: Call, organization: string): Promise<string> {
  const name = { idOrName: organization, field: "organization" };
  const { id } = await organizationFor(call, name, "admin");
  return id;
}
