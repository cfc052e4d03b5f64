import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Section } from "../../components/page.tsx";
import { PagedTable, RowLink } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { moneyText } from "../../money/amount-text.ts";
import { explained, explainedReasons } from "../../words/refusal.ts";
import { dateIn, inputText, timestampOf } from "../../words/time.ts";
import { refusalHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { CustomerFrame } from "./customer-frame.tsx";

/** How far around the moment that somebody names: callers and their customers have clocks of their own. */
const aroundMs = 10 * 60_000;

export default function Refusals({ organization, parameters }: ViewProps) {
  const { path, query } = usePlace();
  const { placesOf } = useOrganization();
  const { customer = "" } = parameters;
  const [at, reason] = [query.get("at") ?? "", query.get("reason") ?? ""];
  const moment = dateIn(at);
  // The address has it in UTC: it may be opened where clocks show another time.
  const around = (text: string) => choose({ at: dateIn(text)?.toISOString() ?? "" });
  const pages = usePages(LedgerService.method.listRefusals, `${customer} ${at} ${reason}`, {
    ...{ organization, customer, reason, pageSize: 50 },
    ...(moment !== undefined && {
      startTime: timestampOf(new Date(moment.getTime() - aroundMs)),
      endTime: timestampOf(new Date(moment.getTime() + aroundMs)),
    }),
  });
  const choose = (chosen: Readonly<Record<string, string>>) =>
    go(hrefOf(path, { at, reason, ...chosen }), "replace");
  const money = (text: string, currency: string) => moneyText(text, currency, placesOf(currency));
  const choices = (
    <span class="buttons">
      <label>
        Around{" "}
        <input
          type="datetime-local"
          step="1"
          value={moment && inputText(moment)}
          onChange={(event) => around(event.currentTarget.value)}
        />
      </label>
      <label>
        Reason{" "}
        <select value={reason} onInput={(event) => choose({ reason: event.currentTarget.value })}>
          <option value="">any</option>
          {explainedReasons.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
    </span>
  );
  return (
    <CustomerFrame organization={organization} customer={customer} tab="/refusals">
      {({ id }) => (
        <Section title="Refusals of the last seven days, newest first" aside={choices}>
          <PagedTable
            what="refusals"
            caption="Refusals"
            empty={
              moment === undefined
                ? "Nothing was refused."
                : "Nothing was refused within ten minutes of that."
            }
            pages={pages}
            rowsOf={({ refusals }) => refusals}
            keyOf={(refusal) => refusal.id}
            columns={[
              {
                title: "Time",
                cell: (refusal) => (
                  <RowLink href={refusalHref(organization, id, refusal.id)}>
                    <Time of={refusal.createTime} />
                  </RowLink>
                ),
              },
              { title: "Why", isText: true, cell: (refusal) => explained(refusal, money).sentence },
              { title: "Reason", cell: (refusal) => <code class="name">{refusal.reason}</code> },
              { title: "Key", isText: true, cell: ({ key }) => <code>{key}</code> },
              { title: "Asked by", isText: true, cell: ({ createdBy }) => <code>{createdBy}</code> },
            ]}
          />
        </Section>
      )}
    </CustomerFrame>
  );
}
