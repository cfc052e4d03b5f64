import type { Criteria, Criterion } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { type TransferKind, transferKinds } from "../../../domain/operation.ts";
import type { TransactionCriteria } from "../../../store/books/transaction-search.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import { codeOf } from "../currency.ts";
import { billingMonthOf } from "../month.ts";
import { ownerId, ownerOfId } from "../owner.ts";
import { momentOf } from "../time.ts";
import { transactionTypes } from "./transaction-message.ts";

const criteriaMax = 100;

const statuses = ["SUCCESS", "FAILED", "FINAL", "REVIEW"];

/** Types of Edge's that nothing here is. */
const strangeTypes = ["SETUPFEES", "TERMINATIONFEES", "RECURRINGFEES", "TRUEUP", "TRUEUPS", "PROVIDER_AUDIT"];

/** Criteria that fit; whom they name is not known yet. */
export type NarrowCriteria = Omit<TransactionCriteria, "orgId" | "customerIds"> & {
  readonly developers: readonly string[];
};

/** Narrows criteria. */
export function narrow(form: Form, organization: Organization, criteria: Criteria): NarrowCriteria {
  const { billingMonth, billingYear, currCriteria, devCriteria, transactionTypes: types } = criteria;
  const hasMonth = billingMonth !== "" || billingYear !== 0;
  const month = hasMonth ? billingMonthOf(form, criteria) : undefined;
  const first = momentOf(form, "criteria.from_date", criteria.fromDate);
  const last = momentOf(form, "criteria.to_date", criteria.toDate);
  if (first && last && last.to <= first.from) form.refuse("criteria.to_date", "is before from_date");
  const idsOf = (name: string, list: readonly Criterion[]) => namedIds(form, organization, { name, list });
  const codes = idsOf("curr_criteria", currCriteria).map(codeOf);
  return {
    developers: idsOf("dev_criteria", devCriteria),
    currencies: codes.length > 0 ? codes : undefined,
    kinds: kindsOf(form, { types, wanted: criteria.transactionStatus }),
    from: later(month?.from, first?.from),
    to: earlier(month?.to, last?.to),
  };
}

/** The criteria with whom they name. NOT_FOUND where there is no such developer or company. */
export async function criteriaOf(
  call: Call,
  { id: orgId }: Organization,
  narrowed: NarrowCriteria | undefined,
): Promise<TransactionCriteria> {
  if (narrowed === undefined) return { orgId };
  const { developers, ...criteria } = narrowed;
  if (developers.length === 0) return { orgId, ...criteria };
  const customerIds = await Promise.all(developers.map((id) => ownerOfId(call, orgId, id)));
  return { orgId, ...criteria, customerIds };
}

function namedIds(
  form: Form,
  organization: Organization,
  { name, list }: { name: string; list: readonly Criterion[] },
): string[] {
  const field = `criteria.${name}`;
  if (list.length > criteriaMax) {
    form.refuse(field, `has ${list.length} criteria; at most ${criteriaMax} fit`);
    return [];
  }
  return list.map(({ id, orgId }, index) => {
    const isIts = orgId === "" || orgId === organization.name || orgId.toLowerCase() === organization.id;
    if (!isIts) form.refuse(`${field}[${index}].org_id`, "is another one than in the path");
    return ownerId(form, `${field}[${index}].id`, id);
  });
}

/** The kinds of transfers of some types; undefined for all of them. */
function kindsOf(
  form: Form,
  { types, wanted }: { types: readonly string[]; wanted: readonly string[] },
): readonly TransferKind[] | undefined {
  const known = [...Object.values(transactionTypes), ...strangeTypes];
  refuseUnknown(form, "criteria.transaction_types", { values: types, known });
  refuseUnknown(form, "criteria.transaction_status", { values: wanted, known: statuses });
  if (wanted.length > 0 && !wanted.includes("SUCCESS")) return [];
  if (types.length === 0) return undefined;
  return transferKinds.filter((kind) => {
    const isCharge = kind === "charge" || kind === "capture";
    return types.includes(transactionTypes[kind]) || (isCharge && types.includes("CHARGE"));
  });
}

function refuseUnknown(
  form: Form,
  field: string,
  { values, known }: { values: readonly string[]; known: readonly string[] },
): void {
  if (values.every((value) => known.includes(value))) return;
  form.refuse(field, `must be of ${[...new Set(known)].join(", ")}`);
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a !== undefined && b !== undefined && b < a ? a : (b ?? a);
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a !== undefined && b !== undefined && b > a ? a : (b ?? a);
}
