import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Refusal as RefusalMessage } from "../../../../gen/tallystick/v1/refusal_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Facts } from "../../components/facts.tsx";
import { Page, Section } from "../../components/page.tsx";
import { Empty, Loading, Problem, ReasonLink } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { moneyText } from "../../money/amount-text.ts";
import { operationText } from "../../words/kinds.ts";
import { explained, shortageOf } from "../../words/refusal.ts";
import { dateOf, momentOfId, timestampOf, timeText } from "../../words/time.ts";
import { customerHref } from "../places.ts";
import type { ViewProps } from "../view.ts";
import { BalanceThen } from "./balance-then.tsx";
import { BookedAround } from "./booked-around.tsx";
import { ShortageSum } from "./shortage-sum.tsx";

/** A refusal's id has the moment at which it was made, which is its time or a little later. */
const laterMsMax = 60_000;

/** Why was this customer refused, and what did its balance look like? */
export default function Refusal({ organization, parameters }: ViewProps) {
  const { customer = "", refusal: id = "" } = parameters;
  const noted = momentOfId(id);
  const { answer, failure, reload } = useAnswer(LedgerService.method.listRefusals, {
    ...{ organization, customer, pageSize: 1_000 },
    ...(noted !== undefined && {
      startTime: timestampOf(new Date(noted.getTime() - laterMsMax)),
      endTime: timestampOf(new Date(noted.getTime() + laterMsMax)),
    }),
  });
  const refusal = answer?.refusals.find((each) => each.id === id);
  const about = <a href={customerHref(organization, customer, "/refusals")}>Refusals of this customer</a>;
  const at = dateOf(refusal?.createTime);
  return (
    <Page title={at === undefined ? "Refusal" : `Refused at ${timeText(at)}`} about={about}>
      {failure !== undefined && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the refusal" />}
      {answer !== undefined && refusal === undefined && (
        <Empty>There is no such refusal any more: they are kept for seven days.</Empty>
      )}
      {refusal !== undefined && at !== undefined && (
        <Explained organization={organization} customer={customer} refusal={refusal} at={at} />
      )}
    </Page>
  );
}

interface ExplainedProps {
  readonly organization: string;
  readonly customer: string;
  readonly refusal: RefusalMessage;
  readonly at: Date;
}

function Explained({ organization, customer, refusal, at }: ExplainedProps) {
  const { placesOf } = useOrganization();
  const money = (text: string, currency: string) => moneyText(text, currency, placesOf(currency));
  const { sentence, remedy } = explained(refusal, money);
  const shortage = shortageOf(refusal);
  const currency = refusal.figures["currency"];
  const around = { organization, customer, at };
  return (
    <>
      <section class="card">
        <p class="explained">{sentence}</p>
        {shortage !== undefined && <ShortageSum shortage={shortage} />}
        {remedy !== "" && <p>{remedy}</p>}
      </section>
      {currency !== undefined && <BalanceThen {...around} currency={currency} />}
      <BookedAround {...around} refusal={refusal} />
      <Section title="Details">
        <Facts
          of={[
            ["Time", <Time key="time" of={refusal.createTime} relative />],
            ["Asked for", operationText(refusal.kind)],
            ["Reason", <ReasonLink key="reason" reason={refusal.reason} />],
            ["Key", <code key="key">{refusal.key || "none"}</code>],
            ["Asked by", <code key="by">{refusal.createdBy}</code>],
            ["Request id", <code key="request">{refusal.requestId}</code>],
            ...Object.entries(refusal.figures)
              .sort()
              .map(([name, text]) => [name.replaceAll("_", " "), <code key={name}>{text}</code>] as const),
          ]}
        />
      </Section>
    </>
  );
}
