import { isUuid } from "../../domain/uuid.ts";

/** The id under which this face shows an operation: the id of the usage that it was made by, where that was a UUID. */
export function shownId({ id, key }: { readonly id: string; readonly key: string | null }): string {
  return key !== null && isUuid(key) ? key : id;
}
