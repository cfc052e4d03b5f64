import type { Usage } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import type { Form } from "../../shared/form.ts";

/**
 * What a usage may say. Frontier has no bounds of its own, so these are far above what its callers send, for a usage that
 * is refused for its words is never paid; together they fit a row (`store/driver/statements/portion.ts`).
 */
const usageBounds = {
  source: { charactersMax: 1_024 },
  description: { charactersMax: 16_384 },
  userId: { charactersMax: 1_024 },
  metadata: { bytesMax: 65_536, levelsMax: 100 },
} as const;

/** The id by which a caller knows a usage. */
export function idOf(usage: Usage | undefined): string {
  return usage?.id.toLowerCase() ?? "";
}

export function checkUsages(form: Form, usages: readonly Usage[]): void {
  if (usages.length === 0) form.refuse("usages", "is empty; give at least one usage");
  if (usages.length > commandOperationsMax) {
    form.refuse("usages", `has ${usages.length} usages; at most ${commandOperationsMax} fit in one request`);
    return;
  }
  const places = new Map<string, number>();
  usages.forEach((usage, index) => {
    const field = (name: string) => `usages[${index}].${name}`;
    const id = form.uuid(field("id"), usage.id);
    const first = places.get(id);
    if (first !== undefined && id !== "") form.refuse(field("id"), `is that of usages[${first}] again`);
    else places.set(id, index);
    checkUsage(form, usage, field);
  });
}

function checkUsage(form: Form, usage: Usage, field: (name: string) => string): void {
  if (usage.type === "feature")
    form.refuse(field("type"), "is `feature`, which is not supported; usages are in credits");
  else if (usage.type !== "" && usage.type !== "credit")
    form.refuse(field("type"), "must be `credit` or empty");
  if (usage.amount < 0n) form.refuse(field("amount"), "must be 0 or more");
  form.text(field("source"), usage.source, usageBounds.source);
  form.text(field("description"), usage.description, usageBounds.description);
  form.text(field("user_id"), usage.userId, usageBounds.userId);
  form.metadata(field("metadata"), usage.metadata, usageBounds.metadata);
}
