import type { AskedOperation } from "../domain/asked-operation.ts";
import type { CustomerName, NameQuery } from "../domain/customer-name.ts";
import { isUuid } from "../domain/uuid.ts";

/** How a customer's name is looked up; undefined where the name is an id, which needs no look-up. */
export function queryOf({ text, as }: CustomerName): NameQuery | undefined {
  if (as === "group") return { text, as };
  if (as === "id" || isUuid(text)) return undefined;
  return { text, as: as === "id or email" ? "email" : "either" };
}

/** The look-ups that the customers of an operation need. */
export function queriesOf(operation: AskedOperation): NameQuery[] {
  if (operation.type !== "transfer" && operation.type !== "hold") return [];
  const other =
    operation.type === "transfer" && "customer" in operation.other ? [operation.other.customer] : [];
  return [operation.customer, ...other].flatMap((name) => queryOf(name) ?? []);
}

/** Equal for equal queries. */
export function queryKey({ text, as }: NameQuery): string {
  return `${as}\0${text}`;
}

/** Whether an operation can go into a batch as it is: it refers to no other operation, and names its customers by id. */
export function needsNoLookUp(operation: AskedOperation): boolean {
  if (operation.type !== "transfer" && operation.type !== "hold") return false;
  if (queryOf(operation.customer) !== undefined) return false;
  const isBetweenCustomers = operation.type === "transfer" && "customer" in operation.other;
  return !isBetweenCustomers || queriesOf(operation).length === 0;
}
