import type { Refusal } from "../../../gen/tallystick/v1/refusal_pb.ts";
import { compared, difference, isNegative, isZero, negated, sum } from "../money/decimal.ts";
import { operationText } from "./kinds.ts";

/** How an amount of a currency reads. */
export type MoneyText = (text: string, currency: string) => string;

type Figures = Readonly<Record<string, string>>;

export interface Explanation {
  /** Why, in a sentence with its figures. */
  readonly sentence: string;
  /** What would have let it pass, or what to do now. */
  readonly remedy: string;
}

/** Of a refusal for want of funds: how what was available came about, from exact figures. */
export interface Shortage {
  readonly currency: string;
  readonly posted: string;
  readonly held: string;
  readonly minimumBalance: string;
  readonly available: string;
  readonly required: string;
  /** What was missing. */
  readonly missing: string;
  /** Whether it would have passed without the holds. */
  readonly isOfHolds: boolean;
}

/** Undefined for refusals for other reasons. */
export function shortageOf({ reason, figures }: Pick<Refusal, "reason" | "figures">): Shortage | undefined {
  const { available, required, held, minimum_balance: minimumBalance, currency = "" } = figures;
  const isSaid =
    available !== undefined && required !== undefined && held !== undefined && minimumBalance !== undefined;
  if (reason !== "INSUFFICIENT_FUNDS" || !isSaid) return undefined;
  const missing = difference(required, available);
  return {
    ...{ currency, held, minimumBalance, available, required, missing },
    posted: sum(available, held, minimumBalance),
    isOfHolds: compared(held, missing) >= 0,
  };
}

/** Says why an operation was refused, to somebody who has to explain it to the customer. */
export function explained(
  refusal: Pick<Refusal, "reason" | "figures" | "kind">,
  money: MoneyText,
): Explanation {
  const what = withArticle(operationText(refusal.kind));
  const { figures } = refusal;
  const of = (name: string) => money(figures[name] ?? "?", figures["currency"] ?? "");
  const shortage = shortageOf(refusal);
  if (shortage !== undefined) return ofShortage(what, shortage, money);
  const find = explanations[refusal.reason];
  const [because, remedy] = find?.(figures, of) ?? [`for the reason ${refusal.reason}`, ""];
  return { sentence: `${what} was refused ${because}.`, remedy };
}

function ofShortage(what: string, shortage: Shortage, money: MoneyText): Explanation {
  const { currency, available, required, held, missing, isOfHolds } = shortage;
  const of = (text: string) => money(text, currency);
  const holds = isZero(held) ? "" : `, with ${of(held)} set aside by holds`;
  return {
    sentence: `${what} of ${of(required)} was refused: ${leftText(available, of)}${holds}. ${of(missing)} ${were(missing)} missing.`,
    remedy: isOfHolds
      ? "Without the holds it would have passed: it may be asked again with the same key when they are released or have expired."
      : `A credit of ${of(missing)} would have let it pass, or a limit that is lower by as much. It may be asked again with the same key.`,
  };
}

function leftText(available: string, of: (text: string) => string): string {
  if (isZero(available)) return "nothing was available";
  if (isNegative(available)) return `the customer was ${of(negated(available))} below its limit already`;
  return `only ${of(available)} ${were(available)} available`;
}

type Find = (
  figures: Figures,
  money: (figure: string) => string,
) => readonly [because: string, remedy: string];

/** By reason: why, after “was refused”, and what to do about it. Those of docs/errors.md for which an operation is refused. */
const explanations: Readonly<Record<string, Find>> = {
  INSUFFICIENT_FUNDS: () => ["for want of funds", "Credit the customer, and ask again with the same key."],
  ORGANIZATION_DISABLED: () => [
    "because the organization was disabled",
    "An admin of the platform enables it.",
  ],
  NOT_FOUND: ({ resource = "something", name = "" }) => [
    `because there was no ${resource} “${name}”`,
    "The caller has to check the id or name that it sends.",
  ],
  NOT_REFUNDABLE: ({ kind = "other" }) => [
    `because the transfer is of kind ${kind}, and only charges and captures are given back`,
    "Adjust the balance instead.",
  ],
  NOT_REVERSIBLE: ({ kind = "other" }) => [
    `because the transfer is of kind ${kind}, and only credits are taken back`,
    "Refund a charge, or adjust the balance.",
  ],
  NO_ACCOUNT: ({ currency = "" }) => [
    `because nothing was ever booked for the customer in ${currency}`,
    "Credit the customer first.",
  ],
  CURRENCY_NOT_USABLE: ({ currency = "" }) => [
    `because ${currency} could not be used: there is no such currency, it is inactive, or the organization has configured others`,
    "An admin configures the currency, or the caller sends another one.",
  ],
  TOO_MANY_PLACES: ({ required = "", currency = "", places = "" }) => [
    `because ${required} has more places than ${currency} takes, which is ${places}`,
    "The caller has to round its amounts.",
  ],
  TOP_UP_TOO_SMALL: (_, money) => [
    `because a top-up of ${money("required")} is below the least, ${money("minimum_top_up")}`,
    "Top up that much, or more.",
  ],
  SAME_CUSTOMER: () => [
    "because the customer that pays is the one that is paid",
    "The caller has to name another customer.",
  ],
  CUSTOMER_DISABLED: () => [
    "because the customer was disabled, and is charged nothing until it is enabled",
    "Enable the customer, and ask again with the same key.",
  ],
  CUSTOMER_DELETED: () => ["because the customer was deleted", "The caller has to name another customer."],
  KEY_CONFLICT: ({ key = "", differing = "" }) => [
    `because its key, “${key}”, stands for an operation with other content: ${differing.replaceAll(",", ", ")} ${differing.includes(",") ? "differ" : "differs"}`,
    "A new operation needs a key of its own; a retry has to send what was sent first.",
  ],
  KEY_REUSED: ({ key = "" }) => [
    `because the very same operation was done already, under the key “${key}”`,
    "Nothing is to be done: it was booked once.",
  ],
  REFUND_TOO_LARGE: (_, money) => [
    `because of the charge only ${money("available")} could still be given back, not ${money("required")}`,
    "Refund what is left, or name no amount.",
  ],
  HOLD_NOT_ACTIVE: ({ state = "not active" }) => [
    `because the hold was ${state}`,
    "Charge the customer, or make a new hold.",
  ],
  HOLD_EXCEEDED: (_, money) => [
    `because the hold had ${money("available")} left, and ${money("required")} were asked for`,
    "Capture less, or say what to do with more than is held.",
  ],
  ADJUSTMENT_TOO_LARGE: (_, money) => [
    `because at most ${money("available")} could be given back, not ${money("required")}: the balance may not rise above what it was right after the newest credit`,
    "Give back less, or credit the customer.",
  ],
  REVERSAL_TOO_LARGE: (_, money) => [
    `because of the credit only ${money("available")} could still be taken back, not ${money("required")}`,
    "Reverse what is left, or name no amount.",
  ],
  CEILING_EXCEEDED: ({ ceiling = "" }, money) => [
    `because the organization's ceiling “${ceiling}” lets callers who are no admins do ${money("available")}, not ${money("required")}`,
    "An admin does it, or raises the ceiling.",
  ],
  BALANCE_OUT_OF_RANGE: (_, money) => [
    `because a total would have left its range, ${money("most")}`,
    "Use smaller amounts.",
  ],
};

/** The reasons that are explained. */
export const explainedReasons = Object.keys(explanations);

function withArticle(word: string): string {
  return /^[aeiou]/.test(word) ? `An ${word}` : `A ${word}`;
}

function were(amount: string): string {
  return compared(amount, "1") === 0 ? "was" : "were";
}
