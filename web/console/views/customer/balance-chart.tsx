import { useMemo, useState } from "preact/hooks";
import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { BalanceHistory } from "../../components/chart/balance-history.tsx";
import { Section } from "../../components/page.tsx";
import { PeriodChoice } from "../../components/period-choice.tsx";
import { Loading, Problem } from "../../components/states.tsx";
import { beginOf, type PeriodName } from "../../words/period.ts";
import { timestampOf } from "../../words/time.ts";

interface BalanceChartProps {
  readonly organization: string;
  readonly customer: string;
  readonly currencies: readonly string[];
}

/** A customer's balance, what was held, and the limit, up to now. */
export function BalanceChart({ organization, customer, currencies }: BalanceChartProps) {
  const [currency, setCurrency] = useState(currencies[0] ?? "");
  const [period, setPeriod] = useState<PeriodName>("day");
  const start = useMemo(() => timestampOf(beginOf(period, new Date())), [period]);
  const { answer, failure, reload } = useAnswer(LedgerService.method.getBalanceHistory, {
    ...{ organization, customer, currency },
    startTime: start,
  });
  const choices = (
    <span class="buttons">
      {currencies.length > 1 && (
        <label>
          <span class="unseen">Currency</span>
          <select value={currency} onInput={(event) => setCurrency(event.currentTarget.value)}>
            {currencies.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      )}
      <PeriodChoice value={period} choose={(chosen) => chosen !== "" && setPeriod(chosen)} />
    </span>
  );
  return (
    <Section title="Balance over time" aside={choices}>
      {failure !== undefined && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the chart" />}
      {answer !== undefined && <BalanceHistory history={answer} currency={currency} />}
    </Section>
  );
}
