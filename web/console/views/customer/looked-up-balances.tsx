import { useState } from "preact/hooks";
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

/**
 * The balances for whoever may look up and not list: in the currencies that the organization has configured, and in whichever others are
 * asked for.
 */
export function LookedUpBalances({ organization, customer }: LookedUpProps) {
  const { currencies } = useOrganization();
  const [asked, setAsked] = useState<readonly string[]>([]);
  const usual = currencies.length === 0 ? ["VC"] : currencies.slice(0, currenciesMax).map(({ code }) => code);
  const submit = (event: Event) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget as HTMLFormElement).get("currency");
    if (typeof code === "string" && code.trim() !== "") setAsked([...asked, code.trim()]);
  };
  return (
    <>
      {[...new Set([...usual, ...asked])].map((currency) => (
        <LookedUp key={currency} organization={organization} customer={customer} currency={currency} />
      ))}
      <form class="card form" method="post" onSubmit={submit}>
        <label>
          Another currency
          <input name="currency" type="text" autocomplete="off" spellcheck={false} placeholder="USD" />
        </label>
        <button type="submit">Look up</button>
      </form>
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
