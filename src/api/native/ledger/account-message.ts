import { create } from "@bufbuild/protobuf";
import { type Account as AccountMessage, AccountSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { availableOf, balanceOf } from "../../../domain/account.ts";
import type { Account } from "../../../store/books/account.ts";
import { timestampOf } from "../../shared/proto.ts";

export function accountMessage(account: Account): AccountMessage {
  const { owner } = account;
  return create(AccountSchema, {
    id: account.id,
    ...("customerId" in owner ? { customerId: owner.customerId } : { counterAccount: owner.counter }),
    currency: account.currency,
    posted: balanceOf(account).toString(),
    held: account.held.toString(),
    available: availableOf(account)?.toString() ?? "",
    minimumBalance: account.minimumBalance?.toString() ?? "",
    limits: account.ownLimits.map(({ minimum, endsAt }) => ({
      minimumBalance: minimum.toString(),
      ...(endsAt !== null && { expireTime: timestampOf(endsAt) }),
    })),
    ...(account.ownCaptureOverdraft !== null && { captureOverdraft: account.ownCaptureOverdraft.toString() }),
    funded: account.funded.toString(),
    spent: account.spent.toString(),
    withdrawn: account.withdrawn.toString(),
    version: BigInt(account.version),
    sequence: BigInt(account.sequence),
    createTime: timestampOf(account.createdAt),
    updateTime: timestampOf(account.updatedAt),
  });
}
