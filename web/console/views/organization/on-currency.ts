import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import {
  type Ceiling,
  type Currency,
  CurrencyService,
  CurrencyState,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Field } from "../../components/operation/field.ts";
import type { Operation } from "../../components/operation/operation.ts";
import { changedIn, trimmed, type Values } from "../../components/operation/values.ts";

const places: Field = {
  name: "decimalPlaces",
  label: "Places after the point",
  hint: "0 to 9. With fewer than there are balances for, those that cannot be paid out in parts any more are stranded.",
  kind: "amount",
  isRequired: true,
};
const terms: readonly Field[] = [
  { name: "creditLimit", label: "What a postpaid customer may owe", hint: "0 where empty.", kind: "amount" },
  { name: "minimumTopUp", label: "Least top-up over Apigee Edge", hint: "0 where empty.", kind: "amount" },
  {
    name: "captureOverdraft",
    label: "How far captures may go below the limit",
    hint: "Without a bound where empty.",
    kind: "amount",
  },
];
const displayName: Field = { name: "displayName", label: "Shown as", kind: "text" };
const state: Field = {
  name: "state",
  label: "State",
  kind: "choice",
  choices: [
    ["ACTIVE", "active"],
    ["INACTIVE", "inactive: nothing new may be booked in it"],
  ],
};
const virtual: Field = { name: "virtual", label: "Credits, and no money", kind: "flag" };
const force: Field = { name: "force", label: "Even where it strands balances", kind: "flag" };
const stranding =
  "A change that would leave customers with money of which they can spend no part is refused, and says how many accounts that are.";

export function createCurrency(organization: string, isFirst: boolean): Operation {
  return {
    id: `currency ${organization}`,
    label: "Add a currency",
    about: `${isFirst ? "The first currency that is configured ends that VC and all of ISO 4217 may be used. " : ""}${stranding}`,
    needs: Permission.ADMINISTER,
    method: CurrencyService.method.createCurrency,
    fields: [
      {
        ...{ name: "code", label: "Code", kind: "text", isRequired: true },
        hint: "VC, a code of ISO 4217, or 2 to 10 upper-case letters and digits of a virtual currency.",
      },
      ...[displayName, virtual, places, ...terms, force],
    ],
    values: {
      ...{ code: "", displayName: "", virtual: "", decimalPlaces: "2", creditLimit: "", minimumTopUp: "" },
      ...{ captureOverdraft: "", force: "" },
    },
    requestOf: (values) => ({ organization, ...trimmed(values), ...flagsOf(values), ...placesOf(values) }),
    shown: () => "The currency is there.",
  };
}

export function updateCurrency(organization: string, currency: Currency): Operation {
  const { code, creditLimit, minimumTopUp, captureOverdraft } = currency;
  const before = {
    ...{ displayName: currency.displayName, decimalPlaces: String(currency.decimalPlaces) },
    ...{ state: currency.state === CurrencyState.INACTIVE ? "INACTIVE" : "ACTIVE" },
    ...{ creditLimit, minimumTopUp, captureOverdraft, force: "" },
  };
  return {
    id: `currency ${organization} ${code}`,
    label: "Change",
    about: `Changes ${code}. It holds from the next decision on. ${stranding}`,
    needs: Permission.ADMINISTER,
    method: CurrencyService.method.updateCurrency,
    fields: [displayName, places, state, ...terms, force],
    values: before,
    requestOf: (values) => {
      const { state: changedState, decimalPlaces, ...changed } = changedIn(values, before);
      return {
        ...{ organization, code, ...changed, force: values["force"] === "yes" },
        ...(decimalPlaces !== undefined && placesOf({ decimalPlaces })),
        ...(changedState !== undefined && {
          state: changedState === "INACTIVE" ? CurrencyState.INACTIVE : CurrencyState.ACTIVE,
        }),
      };
    },
    shown: () => "It is changed.",
  };
}

export function deleteCurrency(organization: string, { code }: Currency): Operation {
  return {
    id: `no currency ${organization} ${code}`,
    label: "Delete",
    about: `Deletes ${code}, which no account may use. One that was used can be made inactive.`,
    needs: Permission.ADMINISTER,
    method: CurrencyService.method.deleteCurrency,
    fields: [],
    values: {},
    requestOf: () => ({ organization, code }),
    shown: () => "It is deleted.",
    inDoubt: "Look whether it is still in the list.",
  };
}

/** @param ceiling of a currency; undefined for one that is yet to be said */
export function updateCeiling(organization: string, ceiling: Ceiling | undefined): Operation {
  const bound = (name: string, label: string, hint: string): Field => ({ name, label, hint, kind: "amount" });
  const currency: Field = { name: "currency", label: "Currency", kind: "currency", isRequired: true };
  const { credit = "", adjustment = "", overdraft = "", debt = "" } = ceiling ?? {};
  const values = { currency: ceiling?.currency ?? "", credit, adjustment, overdraft, debt };
  return {
    id: `ceiling ${organization} ${ceiling?.currency ?? ""}`,
    label: ceiling === undefined ? "Set a ceiling" : "Change",
    about: `How far callers who are no admins may go${ceiling === undefined ? "" : ` in ${ceiling.currency}`}, from the next decision on.`,
    needs: Permission.ADMINISTER,
    method: CurrencyService.method.updateCeiling,
    fields: [
      ...(ceiling === undefined ? [currency] : []),
      bound("credit", "The most that one credit may give", "Without a bound where empty."),
      bound(
        "adjustment",
        "The most that one adjustment may move",
        "Either way; without a bound where empty.",
      ),
      bound("overdraft", "How far captures and reversals may go into debt", "Not at all where empty."),
      bound("debt", "What customers may owe by limits that they set", "They set none where empty."),
    ],
    values,
    requestOf: (given) => ({
      organization,
      ...(ceiling === undefined
        ? trimmed(given)
        : { ...changedIn(given, values), currency: ceiling.currency }),
    }),
    shown: () => "It holds from now on.",
  };
}

function flagsOf({ virtual: isVirtual, force: isForced }: Values) {
  return { virtual: isVirtual === "yes", force: isForced === "yes" };
}

/** A number of places is no amount; what is none is left to the service to refuse. */
function placesOf({ decimalPlaces = "" }: Values): { decimalPlaces: number } {
  return { decimalPlaces: /^\d{1,3}$/.test(decimalPlaces.trim()) ? Number(decimalPlaces) : -1 };
}
