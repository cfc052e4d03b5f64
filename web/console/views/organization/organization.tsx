import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import {
  type Organization as OrganizationMessage,
  OrganizationService,
  OrganizationState,
} from "../../../../gen/tallystick/v1/organization_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useConsole, useMay } from "../../app/console.ts";
import { hrefOf } from "../../app/location.ts";
import { Facts } from "../../components/facts.tsx";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Page, Section } from "../../components/page.tsx";
import { Loading, Problem } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import type { ViewProps } from "../view.ts";
import { Activity } from "./activity.tsx";
import { Ceilings } from "./ceilings.tsx";
import { Currencies } from "./currencies.tsx";
import { changeState } from "./on-organization.ts";
import { Totals } from "./totals.tsx";

/** What an organization has, does and allows. */
export default function Organization({ organization }: ViewProps) {
  const { answer, failure, reload } = useAnswer(OrganizationService.method.getOrganization, {
    organization,
  });
  const totals = useAnswer(LedgerService.method.getTotals, { organization });
  const found = answer?.organization;
  if (found === undefined)
    return (
      <Page title="Organization">
        {failure === undefined ? (
          <Loading what="the organization" />
        ) : (
          <Problem failure={failure} retry={reload} />
        )}
      </Page>
    );
  return (
    <Page title={found.displayName || found.name} about={<About organization={found} />}>
      <Totals answered={totals} />
      {(totals.answer !== undefined || totals.failure !== undefined) && (
        <Activity
          organization={organization}
          used={totals.answer?.totals.map(({ currency }) => currency) ?? []}
        />
      )}
      <Currencies organization={organization} />
      <Ceilings organization={organization} />
      <Details organization={found} reload={reload} />
    </Page>
  );
}

function About({ organization: { name, state } }: { organization: OrganizationMessage }) {
  return (
    <>
      {name}
      {state === OrganizationState.DISABLED && (
        <>
          {" · "}
          <span class="badge bad">disabled</span>
        </>
      )}
    </>
  );
}

function Details({ organization, reload }: { organization: OrganizationMessage; reload: () => void }) {
  const { caller } = useConsole();
  const mayVerify = useMay()(Permission.AUDIT) && caller.organization === undefined;
  const { id, name, createTime } = organization;
  const action =
    caller.organization === undefined ? (
      <OperationButton operation={changeState(organization)} done={reload} />
    ) : undefined;
  return (
    <Section title="Details" aside={action}>
      <Facts
        of={[
          ["Id", <code key="id">{id}</code>],
          ["Name", name],
          ["Created", <Time key="created" of={createTime} relative />],
        ]}
      />
      {mayVerify && (
        <p>
          <a href={hrefOf("platform/verify", { organization: name })}>Verify its ledger</a>
        </p>
      )}
    </Section>
  );
}
