import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { ActivityBucket } from "../../../store/books/activity.ts";
import { clockOf } from "../../../store/books/moments.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { durationOf, timestampOf } from "../../shared/proto.ts";
import { countOf, spanOf } from "../page.ts";
import { operationKindMessages } from "./operation-kind.ts";

export const getActivity: Handler<typeof LedgerService.method.getActivity> = async (call, request) => {
  const { app, signal } = call;
  const { id: orgId } = call.organization;
  const clock = await clockOf(app.database, signal);
  const form = new Form();
  const currency = form.currencyCode("currency", request.currency);
  const span = spanOf(form, request, clock);
  const bucketsMax = countOf(form, "max_buckets", {
    value: request.maxBuckets,
    least: 10,
    usual: 100,
    most: 500,
  });
  form.done();

  const { buckets, step, completeFrom } = await listInTurn(call, () =>
    app.activity.of({ orgId, currency }, { span, bucketsMax }, signal),
  );
  return {
    buckets: buckets.map(bucketMessage),
    step: durationOf(step),
    completeFromTime: timestampOf(completeFrom),
  };
};

function bucketMessage({ from, to, kinds, reasons }: ActivityBucket) {
  return {
    startTime: timestampOf(from),
    endTime: timestampOf(to),
    kinds: kinds.map(({ kind, count, amount }) => ({
      kind: operationKindMessages[kind],
      count,
      amount: amount.toString(),
    })),
    reasons: reasons.map(({ reason, count }) => ({ reason, count })),
  };
}
