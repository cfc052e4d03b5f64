import { type Currency, CurrencyService, CurrencyState } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { Amount } from "../../components/amount.tsx";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Section } from "../../components/page.tsx";
import { type Column, PagedTable } from "../../components/table.tsx";
import { createCurrency, deleteCurrency, updateCurrency } from "./on-currency.ts";

export function Currencies({ organization }: { organization: string }) {
  const pages = usePages(CurrencyService.method.listCurrencies, organization, { organization, pageSize: 50 });
  const isFirst = pages.answer?.currencies.length === 0;
  const add = <OperationButton operation={createCurrency(organization, isFirst)} done={pages.reload} />;
  return (
    <Section title="Currencies" aside={add}>
      <PagedTable
        what="currencies"
        caption="Currencies"
        empty="None is configured: VC and every code of ISO 4217 may be used."
        pages={pages}
        rowsOf={({ currencies }) => currencies}
        keyOf={({ code }) => code}
        columns={columnsOf(organization, pages.reload)}
      />
    </Section>
  );
}

function columnsOf(organization: string, done: () => void): readonly Column<Currency>[] {
  return [
    { title: "Code", cell: ({ code }) => code },
    { title: "Shown as", isText: true, cell: ({ displayName }) => displayName },
    {
      title: "State",
      cell: ({ state }) =>
        state === CurrencyState.INACTIVE ? <span class="badge bad">inactive</span> : "active",
    },
    { title: "What", cell: ({ virtual }) => (virtual ? "credits" : "money") },
    { title: "Places", isNumber: true, cell: ({ decimalPlaces }) => decimalPlaces },
    {
      title: "Postpaid may owe",
      isNumber: true,
      cell: ({ code, creditLimit }) => <Amount of={creditLimit} currency={code} />,
    },
    {
      title: "Captures below the limit",
      isNumber: true,
      cell: ({ code, captureOverdraft }) =>
        captureOverdraft === "" ? "no bound" : <Amount of={captureOverdraft} currency={code} />,
    },
    {
      title: "Do",
      cell: (currency) => (
        <span class="buttons">
          <OperationButton operation={updateCurrency(organization, currency)} done={done} />
          <OperationButton operation={deleteCurrency(organization, currency)} done={done} />
        </span>
      ),
    },
  ];
}
