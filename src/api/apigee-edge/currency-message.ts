import { create } from "@bufbuild/protobuf";
import {
  type SupportedCurrency,
  SupportedCurrencySchema,
} from "../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import type { Amount } from "../../domain/amount.ts";
import { virtualCurrency } from "../../domain/currency.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { ConfiguredCurrency } from "../../store/terms/currency-row.ts";
import type { Call } from "../shared/call.ts";

/** Prints currencies by their codes. */
export type CurrencyPrinter = (code: string) => SupportedCurrency;

/** A printer that knows what an organization has configured. */
export async function currencyPrinter(call: Call, organization: Organization): Promise<CurrencyPrinter> {
  const configured = await call.app.currencies.list(organization.id, call.signal);
  const byCode = new Map(configured.map((currency) => [currency.code, currency]));
  return (code) => {
    const known = byCode.get(code);
    return known === undefined ? plainCurrency(organization, code) : currencyMessage(organization, known);
  };
}

export function currencyMessage(organization: Organization, currency: ConfiguredCurrency): SupportedCurrency {
  return create(SupportedCurrencySchema, {
    creditLimit: unlessZero(currency.creditLimit),
    description: currency.description || currency.displayName,
    displayName: currency.displayName,
    id: currency.code.toLowerCase(),
    minimumTopupAmount: unlessZero(currency.minimumTopUp),
    name: currency.code,
    organization: { id: organization.name },
    status: currency.status === "active" ? "ACTIVE" : "INACTIVE",
    virtualCurrency: currency.isVirtual,
  });
}

/** One that an organization uses without having configured it. */
function plainCurrency(organization: Organization, code: string): SupportedCurrency {
  return create(SupportedCurrencySchema, {
    description: code,
    displayName: code,
    id: code.toLowerCase(),
    name: code,
    organization: { id: organization.name },
    status: "ACTIVE",
    virtualCurrency: code === virtualCurrency,
  });
}

function unlessZero(amount: Amount): string {
  return amount.isPositive() ? amount.toString() : "";
}
