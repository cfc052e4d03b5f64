import type {
  CreateCurrencyRequest,
  UpdateCurrencyRequest,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import { CurrencyState as StateMessage } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { amountPlacesMax } from "../../../domain/amount.ts";
import { defaultPlaces, isVirtualCurrency, mayBeVirtual } from "../../../domain/currency.ts";
import { invalidField, type Refused } from "../../../domain/refusal.ts";
import { type ConfiguredCurrency, currenciesMax } from "../../../store/terms/currency-row.ts";
import type { Form } from "../../shared/form.ts";
import { choiceOf } from "../page.ts";
import { type ShownCurrency, stateMessages } from "./currency-message.ts";

/** What is said of a currency; undefined where nothing is. */
export interface GivenCurrency {
  readonly displayName: string | undefined;
  readonly virtual: boolean | undefined;
  readonly decimalPlaces: number | undefined;
  readonly state: ConfiguredCurrency["status"] | undefined;
  readonly creditLimit: string | undefined;
  readonly minimumTopUp: string | undefined;
  readonly captureOverdraft: string | undefined;
}

/** What a request says. */
export function givenOf(form: Form, request: CreateCurrencyRequest | UpdateCurrencyRequest): GivenCurrency {
  const { displayName, virtual, decimalPlaces, creditLimit, minimumTopUp, captureOverdraft } = request;
  const state = choiceOf(form, "state", {
    value: request.state,
    unspecified: StateMessage.UNSPECIFIED,
    messages: stateMessages,
  });
  return { displayName, virtual, decimalPlaces, state, creditLimit, minimumTopUp, captureOverdraft };
}

/** What a currency says of itself. */
export function givenIn(currency: ConfiguredCurrency): GivenCurrency {
  return {
    displayName: currency.displayName,
    virtual: currency.isVirtual,
    decimalPlaces: currency.places,
    state: currency.status,
    creditLimit: currency.creditLimit.toString(),
    minimumTopUp: currency.minimumTopUp.toString(),
    captureOverdraft: currency.captureOverdraft?.toString(),
  };
}

/** The currency as it is to be, where nothing is said as on creation. */
export function currencyAsked(
  form: Form,
  { orgId, code }: { orgId: string; code: string },
  given: GivenCurrency,
): ShownCurrency {
  const isVirtual = isVirtualCurrency(code, given.virtual);
  if (!mayBeVirtual(code, isVirtual)) {
    form.refuse(
      "code",
      "must be an ISO 4217 code such as USD, or for a virtual currency 2 to 10 upper-case letters and digits",
    );
  }
  const places = placesOf(form, given.decimalPlaces ?? defaultPlaces(isVirtual));
  const limit = (field: string, text = "") => form.limit(field, text, { code, places });
  return {
    orgId,
    code,
    displayName: form.text("display_name", given.displayName || code, { charactersMax: 255 }),
    isVirtual,
    places,
    status: given.state ?? "active",
    creditLimit: limit("credit_limit", given.creditLimit),
    minimumTopUp: limit("minimum_top_up", given.minimumTopUp),
    captureOverdraft: given.captureOverdraft ? limit("capture_overdraft", given.captureOverdraft) : null,
  };
}

/** Where they do not fit, as many as an amount can have, so that no second violation follows from the first. */
function placesOf(form: Form, places: number): number {
  if (places >= 0 && places <= amountPlacesMax) return places;
  form.refuse("decimal_places", `must be 0 to ${amountPlacesMax}`);
  return amountPlacesMax;
}

export function tooMany(): Refused {
  return invalidField("code", `would be one more than the ${currenciesMax} that an organization may have`);
}
