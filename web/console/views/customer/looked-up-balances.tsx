import { LimitsCheckService } from "../../../../gen/tallystick/v1/limits_check_pb.ts";
import { useAnswer } from "../../api/use-answer.ts";
import { useOrganization } from "../../app/organization.tsx";
import { Amount } from "../../components/amount.tsx";
import { Facts } from "../../components/facts.tsx";
import { Loading, Problem } from "../../components/states.tsx";

interface LookedUpProps {
  readonly organization: string;
  readonly customer: string;
}

const currenciesMax = 10;

/** The balances for whoever may look up and not list: in the currencies that the organization has configured. */
export function LookedUpBalances({ organization, customer }: LookedUpProps) {
  const { currencies } = useOrganization();
  const codes = currencies.length === 0 ? ["VC"] : currencies.slice(0, currenciesMax).map(({ code }) => code);
  return (
    <>
      {codes.map((currency) => (
        <LookedUp key={currency} organization={organization} customer={customer} currency={currency} />
      ))}
    </>
  );
}

function LookedUp(request: LookedUpProps & { readonly currency: string }) {
  const { answer, failure, reload } = useAnswer(LimitsCheckService.method.checkLimits, request);
  const { currency } = request;
  return (
    <section class="card">
      <h2>{currency}</h2>
      {failure !== undefined && <Problem failure={failure} retry={reload} />}
      {failure === undefined && answer === undefined && <Loading what="the balance" />}
      {answer !== undefined && (
        <Facts
          areAmounts
          of={shown.map(([name, label]) => [
            label,
            <Amount key={name} of={answer[name]} currency={currency} />,
          ])}
        />
      )}
    </section>
  );
}

const shown = [
  ["available", "Available"],
  ["posted", "Balance"],
  ["held", "Held"],
  ["minimumBalance", "May go down to"],
] as const;
