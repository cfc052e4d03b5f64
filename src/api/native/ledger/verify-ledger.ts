import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";

export const verifyLedger: Handler<typeof LedgerService.method.verifyLedger> = async (call) => {
  const report = await call.app.audit.run({ orgId: call.organizationIfNamed?.id }, call.signal);
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
};
