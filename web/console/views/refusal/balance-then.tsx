import { useMemo } from "preact/hooks";
import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { BalanceHistory } from "../../components/chart/balance-history.tsx";
import { Section } from "../../components/page.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { timestampOf } from "../../words/time.ts";

interface BalanceThenProps {
  readonly organization: string;
  readonly customer: string;
  readonly currency: string;
  readonly at: Date;
}

const [beforeMs, afterMs] = [60 * 60_000, 15 * 60_000];

/** The balance in the hour before a moment, and for a while after it. */
export function BalanceThen({ organization, customer, currency, at }: BalanceThenProps) {
  const [startTime, endTime] = useMemo(() => {
    const end = Math.min(at.getTime() + afterMs, Date.now() - 1_000);
    return [at.getTime() - beforeMs, Math.max(end, at.getTime())].map((ms) => timestampOf(new Date(ms)));
  }, [at]);
  const { answer, failure, reload } = useAnswer(LedgerService.method.getBalanceHistory, {
    ...{ organization, customer, currency, maxPoints: 500 },
    ...(startTime && { startTime }),
    ...(endTime && { endTime }),
  });
  // What was refused may name a currency that never was.
  const isNone = failure?.violations.has("currency") === true;
  return (
    <Section title="The balance at that moment">
      {isNone && <Empty>There is none in {currency}, which may not be used.</Empty>}
      {failure !== undefined && !isNone && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the balance at that moment" />}
      {answer !== undefined && <BalanceHistory history={answer} currency={currency} marked={at} />}
    </Section>
  );
}
