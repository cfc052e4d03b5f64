/** A value that is not what its field calls for; the message says why, where that is more than the field's type. */
export class Misfit extends Error {}

/** What protobuf-es makes of a value. Its errors tell callers nothing that they could act on. */
export function fitting<T>(convert: () => T): T {
  try {
    return convert();
  } catch (cause) {
    throw new Misfit("", { cause });
  }
}
