import { useMemo, useState } from "preact/hooks";
import { type Account, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { BalanceHistory } from "../../components/chart/balance-history.tsx";
import { Section } from "../../components/page.tsx";
import { PeriodChoice } from "../../components/period-choice.tsx";
import { Loading, Problem } from "../../components/states.tsx";
import { beginOf, type PeriodName } from "../../words/period.ts";
import { dateOf, timestampOf } from "../../words/time.ts";

interface BalanceChartProps {
  readonly organization: string;
  /** One a currency. */
  readonly accounts: readonly Account[];
  /** With each change the chart goes on to now. */
  readonly changes: number;
}

/** A customer's balance, what was held, and the limit, up to now. */
export function BalanceChart({ organization, accounts, changes }: BalanceChartProps) {
  const [chosen, setChosen] = useState("");
  const [period, setPeriod] = useState<PeriodName>("day");
  const {
    currency = "",
    customerId: customer = "",
    createTime,
  } = accounts.find((account) => account.currency === chosen) ?? accounts[0] ?? {};
  const start = useMemo(() => {
    const created = dateOf(createTime) ?? new Date(0);
    return timestampOf(latest(beginOf(period, new Date()), created));
  }, [period, createTime, changes]);
  const { answer, failure, reload } = useAnswer(LedgerService.method.getBalanceHistory, {
    ...{ organization, customer, currency },
    startTime: start,
  });
  const choices = (
    <span class="buttons">
      {accounts.length > 1 && (
        <label>
          <span class="unseen">Currency</span>
          <select value={currency} onInput={(event) => setChosen(event.currentTarget.value)}>
            {accounts.map((account) => (
              <option key={account.id}>{account.currency}</option>
            ))}
          </select>
        </label>
      )}
      <PeriodChoice value={period} choose={(name) => name !== "" && setPeriod(name)} />
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

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
