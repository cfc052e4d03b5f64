import { create } from "@bufbuild/protobuf";
import { type Ceiling as CeilingMessage, CeilingSchema } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { StoredCeiling } from "../../../store/terms/ceilings.ts";
import { timestampOf } from "../../shared/proto.ts";

export function ceilingMessage(ceiling: StoredCeiling): CeilingMessage {
  const { currency, credit, adjustment, overdraft, debt, updatedAt, updatedBy } = ceiling;
  return create(CeilingSchema, {
    currency,
    credit: credit?.toString() ?? "",
    adjustment: adjustment?.toString() ?? "",
    overdraft: overdraft?.toString() ?? "",
    debt: debt?.toString() ?? "",
    updateTime: timestampOf(updatedAt),
    updatedBy,
  });
}
