import { HoldState, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { Section } from "../../components/page.tsx";
import { PagedTable } from "../../components/table.tsx";
import type { ViewProps } from "../view.ts";
import { CustomerFrame } from "./customer-frame.tsx";
import { holdColumns } from "./hold-table.tsx";

const states = {
  "": "all",
  ACTIVE: "active",
  CAPTURED: "captured",
  RELEASED: "released",
  EXPIRED: "expired",
} as const;
type StateName = keyof typeof states;

export default function Holds({ organization, parameters }: ViewProps) {
  const { path, query } = usePlace();
  const { customer = "" } = parameters;
  const asked = query.get("state") ?? "";
  const state = (Object.hasOwn(states, asked) ? asked : "") as StateName;
  const pages = usePages(LedgerService.method.listHolds, `${customer} ${state}`, {
    ...{ organization, customer, pageSize: 50 },
    state: state === "" ? HoldState.UNSPECIFIED : HoldState[state],
  });
  const filter = (
    <label>
      State{" "}
      <select
        value={state}
        onInput={(event) => go(hrefOf(path, { state: event.currentTarget.value }), "replace")}
      >
        {Object.entries(states).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  const done = { organization, done: pages.reload };
  return (
    <CustomerFrame organization={organization} customer={customer} tab="/holds">
      {() => (
        <Section title="Holds, newest first" aside={filter}>
          <PagedTable
            what="holds"
            caption="Holds"
            empty="There is none."
            pages={pages}
            rowsOf={({ holds }) => holds}
            keyOf={({ id }) => id}
            columns={holdColumns(pages.answer?.holds ?? [], done)}
          />
        </Section>
      )}
    </CustomerFrame>
  );
}
