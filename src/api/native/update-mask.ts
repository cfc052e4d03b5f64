import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { FieldMask } from "@bufbuild/protobuf/wkt";
import type { Form } from "../shared/form.ts";

/** Names every field, as AIP-134 has it. */
const everything = "*";
const pathShownMax = 40;

/** The request of an update, and what type of message it is. */
interface Update<D extends DescMessage> {
  readonly desc: D;
  readonly request: MessageShape<D> & { readonly updateMask?: FieldMask | undefined };
}

/**
 * What an update is to change, of the fields that it can: those that its mask names, unset ones as undefined; without a
 * mask those that are set. An enum that the mask names must be set: that it is unspecified is no value to change it to.
 */
export function changesOf<D extends DescMessage, F extends object>(
  form: Form,
  { desc, request }: Update<D>,
  fields: F,
): Partial<F> {
  const mask = request.updateMask;
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
  const meant = Object.entries(fields).filter(isMeant);
  for (const [name] of meant) {
    if (desc.field[name]?.fieldKind === "enum" && !request[name as keyof typeof request])
      form.refuse(pathOf(name), "is required where update_mask names it");
  }
  return Object.fromEntries(meant) as Partial<F>;
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
