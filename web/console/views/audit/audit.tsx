import { useMemo } from "preact/hooks";
import { type AuditRecord, AuditService } from "../../../../gen/tallystick/v1/audit_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { Page } from "../../components/page.tsx";
import { PeriodChoice } from "../../components/period-choice.tsx";
import { type Column, PagedTable } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import { beginOf, isPeriod } from "../../words/period.ts";
import { timestampOf } from "../../words/time.ts";
import { customerHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { Difference } from "./difference-list.tsx";

/** What is recorded, as far as this version knows. */
const verbs = [
  ...["credential.create", "credential.update", "credential.rotate", "credential.revoke"],
  ...["organization.create", "organization.update"],
  ...["customer.create", "customer.update", "customer.disable", "customer.enable"],
  ...["customer.delete", "customer.erase", "customers.import"],
  ...["currency.create", "currency.update", "currency.delete", "ceiling.update", "limit.set"],
];
const filters = ["verb", "actor", "target"] as const;

/** Who did what: administrative acts, for ever. */
export default function Audit({ organization }: ViewProps) {
  const { path, query } = usePlace();
  const asked = Object.fromEntries(filters.map((name) => [name, query.get(name) ?? ""]));
  const name = query.get("period") ?? "";
  const period = isPeriod(name) ? name : "";
  const start = useMemo(
    () => (period === "" ? undefined : timestampOf(beginOf(period, new Date()))),
    [period],
  );
  const pages = usePages(
    AuditService.method.listAuditRecords,
    JSON.stringify([organization, asked, period]),
    {
      ...{ organization, ...asked, pageSize: 50 },
      ...(start !== undefined && { startTime: start }),
    },
  );
  const choose = (chosen: Readonly<Record<string, string>>) =>
    go(hrefOf(path, { ...asked, period, ...chosen }), "replace");
  const isFiltered = query.size > 0;
  return (
    <Page
      title={organization === "" ? "Audit of all organizations and the platform" : "Audit"}
      about={organization === "" ? undefined : organization}
    >
      <div class="buttons section">
        <label>
          What{" "}
          <select value={asked["verb"]} onInput={(event) => choose({ verb: event.currentTarget.value })}>
            <option value="">anything</option>
            {verbs.map((verb) => (
              <option key={verb}>{verb}</option>
            ))}
          </select>
        </label>
        <Filter
          label="By"
          hint="client id, or name:subject"
          value={asked["actor"]}
          choose={(actor) => choose({ actor })}
        />
        <Filter
          label="To"
          hint="customers/…"
          value={asked["target"]}
          choose={(target) => choose({ target })}
        />
        <PeriodChoice
          value={period}
          all="Since the beginning"
          choose={(chosen) => choose({ period: chosen })}
        />
      </div>
      <PagedTable
        what="the records"
        caption="Administrative acts, newest first"
        empty={isFiltered ? "Nothing of that is recorded." : "Nothing was recorded yet."}
        pages={pages}
        rowsOf={({ auditRecords }) => auditRecords}
        keyOf={({ id }) => id}
        columns={columnsOf(organization, (actor) => hrefOf(path, { ...asked, period, actor }))}
      />
    </Page>
  );
}

interface FilterProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  choose(value: string): void;
}

function Filter({ label, hint, value = "", choose }: FilterProps) {
  return (
    <label>
      {label}{" "}
      <input
        type="search"
        value={value}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        onChange={(event) => choose(event.currentTarget.value.trim())}
      />
    </label>
  );
}

function columnsOf(
  organization: string,
  hrefOfActor: (actor: string) => string,
): readonly Column<AuditRecord>[] {
  const columns: Column<AuditRecord>[] = [
    { title: "Time", cell: ({ createTime }) => <Time of={createTime} /> },
    { title: "What", cell: ({ verb }) => verb },
    {
      title: "To",
      isText: true,
      cell: ({ target, organizationId }) => (
        <Target target={target} organization={organization || organizationId} />
      ),
    },
    { title: "Change", isText: true, cell: (record) => <Difference record={record} /> },
    {
      title: "By",
      isText: true,
      cell: ({ actor }) => (
        <a href={hrefOfActor(actor)} data-row>
          <code>{actor}</code>
        </a>
      ),
    },
    { title: "Through", cell: ({ method }) => <code title={method}>{method.split(".").at(-1)}</code> },
    { title: "Request id", cell: ({ requestId }) => <code>{requestId}</code> },
  ];
  if (organization === "")
    columns.splice(1, 0, {
      title: "Organization",
      cell: ({ organizationId }) =>
        organizationId === "" ? (
          "the platform"
        ) : (
          <a href={hrefOf(`organizations/${organizationId}/organization`)}>
            <code>{organizationId}</code>
          </a>
        ),
    });
  return columns;
}

function Target({ target, organization }: { target: string; organization: string }) {
  const [, customer] = /^customers\/([^/]+)/.exec(target) ?? [];
  if (customer === undefined) return <code>{target}</code>;
  return (
    <a href={customerHref(organization, customer)}>
      <code>{target}</code>
    </a>
  );
}
