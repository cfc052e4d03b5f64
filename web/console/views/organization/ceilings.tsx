import { type Ceiling, CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { Amount } from "../../components/amount.tsx";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Section } from "../../components/page.tsx";
import { type Column, PagedTable } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { updateCeiling } from "./on-currency.ts";

export function Ceilings({ organization }: { organization: string }) {
  const pages = usePages(CurrencyService.method.listCeilings, organization, { organization, pageSize: 50 });
  const set = <OperationButton operation={updateCeiling(organization, undefined)} done={pages.reload} />;
  return (
    <Section title="Ceilings of callers who are no admins" aside={set}>
      <PagedTable
        what="ceilings"
        caption="Ceilings"
        empty="None is set: credits and adjustments are without a bound, and nobody but an admin lets customers owe."
        pages={pages}
        rowsOf={({ ceilings }) => ceilings}
        keyOf={({ currency }) => currency}
        columns={[
          { title: "Currency", cell: ({ currency }) => currency },
          bound("credit", "Credit", "no bound"),
          bound("adjustment", "Adjustment", "no bound"),
          bound("overdraft", "Overdraft", "none"),
          bound("debt", "Debt", "none"),
          {
            title: "Changed",
            isText: true,
            cell: ({ updateTime, updatedBy }) => (
              <>
                <Time of={updateTime} />
                <p class="quiet">
                  by <code>{updatedBy}</code>
                </p>
              </>
            ),
          },
          {
            title: "Do",
            cell: (ceiling) => (
              <OperationButton operation={updateCeiling(organization, ceiling)} done={pages.reload} />
            ),
          },
        ]}
      />
    </Section>
  );
}

function bound(
  name: "credit" | "adjustment" | "overdraft" | "debt",
  title: string,
  without: string,
): Column<Ceiling> {
  return {
    title,
    isNumber: true,
    cell: ({ currency, [name]: of }) => (of === "" ? without : <Amount of={of} currency={currency} />),
  };
}
