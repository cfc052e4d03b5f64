import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { RefusalReason } from "../../domain/refusal.ts";
import type { Binding } from "../../server/gateway/binding.ts";
import type { RequestReason } from "../../server/requests/request-errors.ts";
import type { ServerReason } from "../../server/status.ts";
import type { DocumentedReason } from "./error-table.ts";
import { methodReasons } from "./method-reasons.ts";

type Reason = RefusalReason | RequestReason | ServerReason;

/** Of whatever is called: how it is read, and what may happen to every call. */
const ofEveryCall: readonly Reason[] = [
  ...(["MALFORMED_URL", "MALFORMED_TIMEOUT", "TOO_MANY_UNREAD_ANSWERS", "INTERNAL"] as const),
];
const ofBodies: readonly Reason[] = [
  ...([
    "UNSUPPORTED_MEDIA_TYPE",
    "BODY_TOO_LARGE",
    "BODY_TIMEOUT",
    "MALFORMED_BODY",
    "MALFORMED_JSON",
  ] as const),
  "TOO_MANY_UNFINISHED_REQUESTS",
];

/** Where a method says a reason by another status than the table of errors has, too. */
const otherStatuses: Readonly<Record<string, Partial<Record<Reason, number>>>> = {
  CreateBillingUsage: { KEY_CONFLICT: 400 },
  RevertBillingUsage: { NOT_REFUNDABLE: 409 },
};

/** An error that says no more than its code has that as its reason; the page of errors has it beneath the table. */
const deadlineExceeded: DocumentedReason = {
  reason: "DEADLINE_EXCEEDED",
  code: "DEADLINE_EXCEEDED",
  httpStatus: 504,
  when: "your deadline passed; a change may have been booked or not",
  advice: "try again, with the same key",
};

/** The reasons for which a call is refused, by HTTP status. */
export type ReasonsByStatus = ReadonlyMap<number, readonly DocumentedReason[]>;

/**
 * Why calls by a binding may fail.
 *
 * @throws Error for a reason that the page of errors does not have.
 */
export function reasonsOf(
  { method, body }: Pick<Binding, "method" | "body">,
  documented: ReadonlyMap<string, DocumentedReason>,
): ReasonsByStatus {
  const reasons: readonly Reason[] = [
    ...ofEveryCall,
    ...(body === undefined ? [] : ofBodies),
    ...refusalReasonsOf(method),
  ];
  const byStatus = new Map([[deadlineExceeded.httpStatus, [deadlineExceeded]]]);
  for (const reason of [...reasons].sort()) {
    const row = documented.get(reason);
    if (row === undefined) throw new Error(`docs/errors.md has no ${reason}`);
    const other = otherStatuses[method.name]?.[reason];
    for (const status of other === undefined ? [row.httpStatus] : [row.httpStatus, other])
      byStatus.set(status, [...(byStatus.get(status) ?? []), row]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

/** The reasons that the method itself, and what is around every method, may give. */
function refusalReasonsOf(method: DescMethod): RefusalReason[] {
  const isChange = method.idempotency !== Level.NO_SIDE_EFFECTS;
  const entries = Object.entries(methodReasons) as [RefusalReason, (typeof methodReasons)[RefusalReason]][];
  return entries
    .filter(([, where]) => where === "all" || (where === "changes" ? isChange : where.includes(method.name)))
    .map(([reason]) => reason);
}
