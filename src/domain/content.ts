import type { TransferDraft } from "./transfer.ts";

/** The names, as callers know them, of the fields in which two drafts under one key differ. */
export function differingFields(known: TransferDraft, asked: TransferDraft): string[] {
  const differs: Record<string, boolean> = {
    key: known.key !== asked.key,
    kind: known.kind !== asked.kind || directionOf(known) !== directionOf(asked),
    customer: customersOf(known) !== customersOf(asked),
    amount: !known.amount.equals(asked.amount),
    currency: known.currency !== asked.currency,
    source: known.source !== asked.source,
    description: known.description !== asked.description,
    user_id: known.userId !== asked.userId,
    metadata: canonicalJson(known.metadata) !== canonicalJson(asked.metadata),
  };
  return Object.keys(differs).filter((field) => differs[field]);
}

/** Between whom money moves, whoever the customers are. Callers say it by the kind. */
function directionOf({ from, to }: TransferDraft): string {
  return [from, to].map((owner) => ("role" in owner ? owner.role : "customer")).join();
}

function customersOf({ from, to }: TransferDraft): string {
  return [from, to].flatMap((owner) => ("role" in owner ? [] : [owner.customerId])).join();
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
