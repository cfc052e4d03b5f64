import { useMemo } from "preact/hooks";
import { type Account, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { usePages } from "../../api/use-pages.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { Amount } from "../../components/amount.tsx";
import { Facts } from "../../components/facts.tsx";
import { Section } from "../../components/page.tsx";
import { PeriodChoice } from "../../components/period-choice.tsx";
import { Empty, Loading, Problem } from "../../components/states.tsx";
import { PagedTable } from "../../components/table.tsx";
import { beginOf, isPeriod } from "../../words/period.ts";
import { timestampOf } from "../../words/time.ts";
import type { ViewProps } from "../view.ts";
import { CustomerFrame } from "./customer-frame.tsx";
import { entryColumns } from "./entry-columns.tsx";
import { StatementDownload } from "./statement-download.tsx";

export default function Statement({ organization, parameters }: ViewProps) {
  const { customer = "" } = parameters;
  const { answer, failure, reload } = useAnswer(LedgerService.method.listAccounts, {
    ...{ organization, customer, pageSize: 1_000 },
  });
  return (
    <CustomerFrame organization={organization} customer={customer} tab="/statement">
      {() => {
        if (failure !== undefined) return <Problem failure={failure} retry={reload} />;
        if (answer === undefined) return <Loading what="its accounts" />;
        return answer.accounts.length === 0 ? (
          <Empty>Nothing was booked for this customer yet.</Empty>
        ) : (
          <OfAccounts organization={organization} accounts={answer.accounts} />
        );
      }}
    </CustomerFrame>
  );
}

function OfAccounts({ organization, accounts }: { organization: string; accounts: readonly Account[] }) {
  const { path, query } = usePlace();
  const account = accounts.find(({ currency }) => currency === query.get("currency")) ?? accounts[0];
  const asked = query.get("period") ?? "month";
  const period = isPeriod(asked) ? asked : "";
  // A moment that moves with each look would make every page another list.
  const start = useMemo(
    () => (period === "" ? undefined : timestampOf(beginOf(period, new Date()))),
    [period],
  );
  const pages = usePages(LedgerService.method.listEntries, `${account?.id} ${period}`, {
    ...{ organization, account: account?.id ?? "", pageSize: 50 },
    ...(start !== undefined && { startTime: start }),
  });
  if (account === undefined) return null;
  const { currency } = account;
  const choose = (chosen: Readonly<Record<string, string>>) =>
    go(hrefOf(path, { currency, period: period || "all", ...chosen }), "replace");
  const choices = (
    <span class="buttons">
      {accounts.length > 1 && (
        <label>
          <span class="unseen">Currency</span>
          <select value={currency} onInput={(event) => choose({ currency: event.currentTarget.value })}>
            {accounts.map((each) => (
              <option key={each.id}>{each.currency}</option>
            ))}
          </select>
        </label>
      )}
      <PeriodChoice
        value={period}
        all="Everything"
        choose={(chosen) => choose({ period: chosen || "all" })}
      />
    </span>
  );
  const entries = pages.answer?.entries ?? [];
  return (
    <Section title={`Statement in ${currency}, oldest first`} aside={choices}>
      {pages.answer !== undefined && (
        <Facts
          of={[
            [
              "Balance before",
              <Amount key="opening" of={pages.answer.openingBalance} currency={currency} withCurrency />,
            ],
            [
              "Balance after",
              <Amount key="closing" of={pages.answer.closingBalance} currency={currency} withCurrency />,
            ],
          ]}
        />
      )}
      <StatementDownload
        key={`${currency} ${period}`}
        request={{ organization, customer: account.customerId, currency, ...(start && { startTime: start }) }}
      />
      <PagedTable
        what="the statement"
        caption="Lines of the statement"
        empty="Nothing was booked in this period."
        pages={pages}
        rowsOf={(answer) => answer.entries}
        keyOf={({ version }) => version.toString()}
        columns={entryColumns(organization, account, entries)}
      />
    </Section>
  );
}
