import { type ComponentChildren, createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { type Currency, CurrencyService, CurrencyState } from "../../../gen/tallystick/v1/currency_pb.ts";
import { useAnswer } from "../api/use-answer.ts";
import { usualPlaces } from "../money/amount-text.ts";

/** What the views of one organization know of it. */
export interface OrganizationTerms {
  /** Its id or name, as the place has it. */
  readonly name: string;
  /** Those that may be used and are configured; without any, `VC` and those of ISO 4217 may be. */
  readonly currencies: readonly Currency[];
  /** Places that amounts of a currency are shown with; more where they have more. */
  placesOf(currency: string): number;
}

const TermsContext = createContext<OrganizationTerms>({ name: "", currencies: [], placesOf: usualPlaces });

export function useOrganization(): OrganizationTerms {
  return useContext(TermsContext);
}

export function Organization({ name, children }: { name: string; children: ComponentChildren }) {
  const request = name === "" ? undefined : { organization: name, pageSize: 1_000 };
  const { answer } = useAnswer(CurrencyService.method.listCurrencies, request);
  const terms = useMemo(() => termsOf(name, answer?.currencies ?? []), [name, answer]);
  return <TermsContext.Provider value={terms}>{children}</TermsContext.Provider>;
}

function termsOf(name: string, configured: readonly Currency[]): OrganizationTerms {
  const byCode = new Map(configured.map((currency) => [currency.code, currency]));
  return {
    name,
    currencies: configured.filter(({ state }) => state === CurrencyState.ACTIVE),
    placesOf(code) {
      const currency = byCode.get(code);
      if (currency === undefined) return usualPlaces(code);
      const { virtual, decimalPlaces } = currency;
      return virtual ? decimalPlaces : Math.min(decimalPlaces, usualPlaces(code));
    },
  };
}
