import { isUuid } from "../../domain/uuid.ts";

/**
 * The id under which this face shows an operation: the id of the usage that it was made by, where that was a UUID. This
 * face reads ids in lower case, so that a key in any other form, which another interface may use, is not one of them.
 */
export function shownId({ id, key }: { readonly id: string; readonly key: string | null }): string {
  return key !== null && isUuid(key) && key === key.toLowerCase() ? key : id;
}
