import type { MessageInitShape } from "@bufbuild/protobuf";
import type { BalancePointSchema, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { availableAt, type BalancePoint } from "../../../domain/balance-history/balance-curve.ts";
import { clockOf, requirePast } from "../../../store/books/moments.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { durationOf, timestampOf } from "../../shared/proto.ts";
import { countOf, spanOf } from "../page.ts";
import { balanceNamed } from "./named-balance.ts";

export const getBalanceHistory: Handler<typeof LedgerService.method.getBalanceHistory> = async (
  call,
  request,
) => {
  const { app, signal } = call;
  const { id: orgId } = call.organization;
  const clock = await clockOf(app.database, signal);
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  const currency = form.text("currency", request.currency, { charactersMax: 10, required: true });
  const span = spanOf(form, request, clock);
  const pointsMax = countOf(form, "max_points", {
    value: request.maxPoints,
    least: 10,
    usual: 200,
    most: 500,
  });
  form.done();
  requirePast("end_time", span.to, clock);

  const balance = await balanceNamed(call, { orgId, customer, currency });
  const books = { orgId, customerId: balance.customer.id, currency };
  const { points, step } = await listInTurn(call, () =>
    app.balanceHistory.curve(books, { span, clock, pointsMax }, signal),
  );
  return { points: points.map(pointMessage), ...(step !== null && { step: durationOf(step) }) };
};

function pointMessage(point: BalancePoint): MessageInitShape<typeof BalancePointSchema> {
  const { at, posted, held, minimumBalance, lowest } = point;
  return {
    readTime: timestampOf(at),
    posted: posted.toString(),
    held: held?.toString() ?? "",
    minimumBalance: minimumBalance?.toString() ?? "",
    available: availableAt(point)?.toString() ?? "",
    ...(lowest !== null && {
      lowestAvailable: lowest.available.toString(),
      lowestTime: timestampOf(lowest.at),
    }),
  };
}
