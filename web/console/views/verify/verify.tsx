import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { LedgerService, type Violation } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { useShownCall } from "../../api/shown-calls.ts";
import { go, hrefOf, usePlace } from "../../app/location.ts";
import { Facts } from "../../components/facts.tsx";
import { Page, Section } from "../../components/page.tsx";
import { Problem } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { transferHref } from "../places.ts";
import { useVerification, type Verification } from "./use-verification.ts";

/** Whether the books are right: every total, hold and key recomputed from the entries. */
export default function Verify() {
  const { path, query } = usePlace();
  const asked = query.get("organization") ?? "";
  const [name, setName] = useState(asked);
  const verification = useVerification();
  const { state, begin, stop, forget, failure } = verification;
  /** What the address names, also where it is this view that has just put it there. */
  const named = useRef(asked);
  const isRunning = state === "running";
  useShownCall({ method: LedgerService.method.verifyLedger, request: { organization: name } }, name);
  useLayoutEffect(() => stop, [stop]);
  useLayoutEffect(() => {
    if (named.current === asked) return;
    // What was read of one organization is no answer about another one.
    named.current = asked;
    setName(asked);
    forget();
  }, [asked, forget]);
  const submit = (event: Event) => {
    event.preventDefault();
    const organization = name.trim();
    named.current = organization;
    go(hrefOf(path, { organization }), "replace");
    begin(organization);
  };
  return (
    <Page title="Verify" about="Recomputes ledgers from their entries, while everybody goes on writing">
      <form class="search" method="post" onSubmit={submit}>
        <label>
          <span class="unseen">Organization</span>
          <input
            type="search"
            data-search
            value={name}
            placeholder="Name or id of an organization; all of them where empty"
            autocomplete="off"
            spellcheck={false}
            disabled={isRunning}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="submit" class="main">
            Verify
          </button>
        )}
      </form>
      {failure !== undefined && <Problem failure={failure} />}
      {state === "idle" ? <About /> : <Report verification={verification} />}
    </Page>
  );
}

function About() {
  return (
    <p class="quiet">
      It reads every entry of an organization in one snapshot: a million operations take some sixteen seconds
      of a core of the database, and one connection. What takes longer than a call may,{" "}
      <code>tallystick verify</code> does. <a href="../docs/operating/verify">What is checked</a>
    </p>
  );
}

function Report({ verification }: { verification: Verification }) {
  const { state, current, checked, accounts, entries, violationCount, violations, unknown } = verification;
  const isClean = state === "done" && violationCount === 0n && unknown.length === 0;
  return (
    <>
      <Section title={title(state)}>
        {isClean && checked > 0 && (
          <p class="state done" role="status">
            Nothing is broken.
          </p>
        )}
        {state === "running" && (
          <p class="state loading" role="status">
            Reading {current}…
          </p>
        )}
        <Facts
          areAmounts
          of={[
            ["Organizations", String(checked)],
            ["Accounts", accounts.toString()],
            ["Entries", entries.toString()],
            ["Violations", violationCount.toString()],
          ]}
        />
      </Section>
      {unknown.map(({ name, failure }) => (
        <Section key={name} title={`Not known of ${name}`}>
          <Problem failure={failure} />
        </Section>
      ))}
      {violations.length > 0 && (
        <Section
          title="Violations"
          aside={<a href="../docs/operating/verify">What must be true, and what to do</a>}
        >
          {violationCount > BigInt(violations.length) && <p>The first {violations.length} of them.</p>}
          <Table
            caption="Violations"
            rows={violations.map((violation, index) => ({ violation, index }))}
            keyOf={({ index }) => String(index)}
            columns={columns}
          />
        </Section>
      )}
    </>
  );
}

function title(state: Verification["state"]): string {
  if (state === "running") return "So far";
  return state === "stopped" ? "Stopped" : "Result";
}

const columns: readonly Column<{ readonly violation: Violation }>[] = [
  { title: "Invariant", cell: ({ violation }) => <code>{violation.invariant}</code> },
  { title: "What is wrong", isText: true, cell: ({ violation }) => violation.description },
  {
    title: "Organization",
    isText: true,
    cell: ({ violation: { organizationId } }) => (
      <a href={hrefOf(`organizations/${organizationId}/organization`)} data-row>
        <code>{organizationId}</code>
      </a>
    ),
  },
  { title: "Account", isText: true, cell: ({ violation }) => <code>{violation.accountId}</code> },
  {
    title: "Transfer",
    isText: true,
    cell: ({ violation: { organizationId, transferId } }) =>
      transferId !== "" && (
        <a href={transferHref(organizationId, transferId)}>
          <code>{transferId}</code>
        </a>
      ),
  },
];
