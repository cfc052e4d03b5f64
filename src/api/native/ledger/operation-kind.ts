import { OperationKind as KindMessage } from "../../../../gen/tallystick/v1/refusal_pb.ts";
import type { OperationKind } from "../../../domain/operation.ts";

export const operationKindMessages: Record<OperationKind, KindMessage> = {
  credit: KindMessage.CREDIT,
  charge: KindMessage.CHARGE,
  adjustment: KindMessage.ADJUSTMENT,
  transfer: KindMessage.TRANSFER,
  refund: KindMessage.REFUND,
  capture: KindMessage.CAPTURE,
  reversal: KindMessage.REVERSAL,
  hold: KindMessage.HOLD,
  release: KindMessage.RELEASE,
  extend: KindMessage.EXTENSION,
};
