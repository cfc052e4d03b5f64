import type { FieldMask } from "@bufbuild/protobuf/wkt";
import type { Form } from "../shared/form.ts";

/** Names every field, as AIP-134 has it. */
const everything = "*";
const pathShownMax = 40;

/**
 * What an update is to change, of the fields that it can: those that its mask names, unset ones as undefined; without a
 * mask those that are set.
 */
export function changesOf<F extends object>(form: Form, mask: FieldMask | undefined, fields: F): Partial<F> {
  const paths = mask?.paths ?? [];
  const known = Object.keys(fields).map(pathOf);
  for (const path of paths) {
    if (path !== everything && !known.includes(path))
      form.refuse(
        "update_mask",
        `names ${shown(path)}; it may name ${known.join(", ")}, or * for all of them`,
      );
  }
  const isMeant = ([name, value]: [string, unknown]) =>
    isMasked(mask) ? paths.includes(everything) || paths.includes(pathOf(name)) : value !== undefined;
  return Object.fromEntries(Object.entries(fields).filter(isMeant)) as Partial<F>;
}

export function isMasked(mask: FieldMask | undefined): boolean {
  return mask !== undefined && mask.paths.length > 0;
}

function pathOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What a caller wrote, as far as an error repeats it. */
function shown(path: string): string {
  return path.length > pathShownMax ? `${path.slice(0, pathShownMax)}…` : path;
}
