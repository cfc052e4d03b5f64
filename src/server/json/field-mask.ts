import { create } from "@bufbuild/protobuf";
import { type FieldMask, FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { elementsMax, tooManyElements } from "../requests/repetition.ts";
import { Misfit } from "./misfit.ts";
import { shorten } from "./shorten.ts";

/** As many names as a list may have elements, each of which is longer than that of any field. */
const charactersMax = elementsMax * 64;

/** A name as JSON or the proto has it, such that either tells the other. */
const spelled = /^(?:[a-z][A-Za-z0-9]*|[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)+)$/;

/**
 * A field mask of names as JSON or the proto has them.
 *
 * @throws Misfit
 */
export function parseFieldMask(text: string): FieldMask {
  const names = text === "" ? [] : text.split(",", elementsMax + 1);
  if (names.length > elementsMax) throw new Misfit(tooManyElements);
  if (text.length > charactersMax) throw new Misfit(`has more than ${charactersMax} characters`);
  return create(FieldMaskSchema, { paths: names.map(protoPath) });
}

function protoPath(name: string): string {
  if (name !== "*" && !name.split(".").every((step) => spelled.test(step)))
    throw new Misfit(`holds ${shorten(name)}, which is the name of no field`);
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
