import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { type Customer, CustomerService } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { ExpiryPolicy, LedgerService, TransferKind } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { customerName, isDisabled } from "../../words/customer.ts";
import { dateIn, timestampOf } from "../../words/time.ts";
import { amountField, currencyField, description, type Field, lifetime, source } from "./field.ts";
import type { Operation } from "./operation.ts";
import { trimmed } from "./values.ts";

interface On {
  readonly organization: string;
  readonly customer: Customer;
  readonly currency: string;
}

interface TransferOperation {
  readonly label: string;
  readonly about: string;
  readonly kind: TransferKind;
  readonly needs: Permission;
  readonly hint?: string;
}

function transfer(
  { organization, customer, currency }: On,
  { kind, hint, ...what }: TransferOperation,
): Operation {
  return {
    ...what,
    id: `${what.label} ${customer.id}`,
    method: LedgerService.method.createTransfer,
    fields: [amountField(hint), currencyField, description, source],
    values: { amount: "", currency, description: "", source: "" },
    requestOf: (values) => ({ organization, customer: customer.id, kind, ...trimmed(values) }),
  };
}

export function credit(on: On): Operation {
  const about = `Funds ${customerName(on.customer)}, from the organization's counter-account “funding”.`;
  return transfer(on, { label: "Credit", about, kind: TransferKind.CREDIT, needs: Permission.CREDIT });
}

export function charge(on: On): Operation {
  const about = `Spends the balance of ${customerName(on.customer)}, to the counter-account “revenue”.`;
  return transfer(on, { label: "Charge", about, kind: TransferKind.CHARGE, needs: Permission.CHARGE });
}

export function adjust(on: On): Operation {
  return transfer(on, {
    label: "Adjust",
    about: `Corrects what ${customerName(on.customer)} has spent, against the counter-account “adjustments”.`,
    kind: TransferKind.ADJUSTMENT,
    needs: Permission.MOVE,
    hint: "Above zero the customer is given, below zero it is charged.",
  });
}

export function hold({ organization, customer, currency }: On): Operation {
  return {
    id: `hold ${customer.id}`,
    label: "Hold",
    about: `Sets an amount of ${customerName(customer)} aside until it is captured, released, or expires.`,
    needs: Permission.CHARGE,
    method: LedgerService.method.createHold,
    fields: [amountField(), currencyField, lifetime, onExpiry, description, source],
    values: { amount: "", currency, ttl: "900", onExpiry: "", description: "", source: "" },
    requestOf: ({ ttl = "", onExpiry, ...values }) => ({
      organization,
      customer: customer.id,
      ...trimmed(values),
      ttl: { seconds: BigInt(ttl) },
      onExpiry: onExpiry === "capture" ? ExpiryPolicy.CAPTURE : ExpiryPolicy.RELEASE,
    }),
  };
}

const onExpiry: Field = {
  name: "onExpiry",
  label: "When it expires",
  kind: "choice",
  choices: [
    ["", "release it"],
    ["capture", "capture it"],
  ],
};

export function setLimit({ organization, customer, currency }: On): Operation {
  return {
    id: `limit ${customer.id}`,
    label: "Set limit",
    about: `Says how low the balance of ${customerName(customer)} may go.`,
    needs: Permission.SET_LIMITS,
    method: LedgerService.method.setLimit,
    fields: [
      currencyField,
      {
        name: "minimumBalance",
        label: "May go down to",
        kind: "amount",
        hint: "-100 may owe 100, 50 must keep 50. Empty: its own limits are cleared, and its billing type decides.",
      },
      { name: "expireTime", label: "Until", kind: "moment", hint: "For ever where empty." },
    ],
    values: { currency, minimumBalance: "", expireTime: "" },
    requestOf: ({ expireTime = "", ...values }) => {
      const until = dateIn(expireTime);
      return {
        ...{ organization, customer: customer.id, ...trimmed(values) },
        ...(until !== undefined && { expireTime: timestampOf(until) }),
      };
    },
  };
}

/** Disables a customer, or enables one that is disabled. */
export function changeState({ organization, customer }: Omit<On, "currency">): Operation {
  const { disableCustomer, enableCustomer } = CustomerService.method;
  const mayBeCharged = !isDisabled(customer);
  return {
    id: `state ${customer.id}`,
    label: mayBeCharged ? "Disable" : "Enable",
    about: mayBeCharged
      ? `Refuses charges and holds of ${customerName(customer)} from now on. Credits still come, and its balance stays.`
      : `Lets ${customerName(customer)} be charged again.`,
    needs: Permission.MANAGE_CUSTOMERS,
    method: mayBeCharged ? disableCustomer : enableCustomer,
    fields: [],
    values: {},
    requestOf: () => ({ organization, customer: customer.id }),
  };
}
