import { useOrganization } from "../app/organization.tsx";
import { amountText } from "../money/amount-text.ts";
import { isNegative } from "../money/decimal.ts";

interface AmountProps {
  /** As the interface has it; shown exactly. */
  readonly of: string;
  readonly currency: string;
  /** Places that its column needs, so that points stand below each other. */
  readonly places?: number;
  readonly withCurrency?: boolean;
}

export function Amount({ of, currency, places = 0, withCurrency = false }: AmountProps) {
  const { placesOf } = useOrganization();
  return (
    <span class={isNegative(of) ? "amount negative" : "amount"}>
      {amountText(of, Math.max(places, placesOf(currency)))}
      {withCurrency && <span class="currency"> {currency}</span>}
    </span>
  );
}
