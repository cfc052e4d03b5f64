import { create, type DescMessage } from "@bufbuild/protobuf";
import { type FieldMask, FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { elementsMax, tooManyElements } from "../repetition.ts";
import { fieldNamesIn } from "./fields.ts";
import { Misfit } from "./misfit.ts";

/** As many names as a list may have elements, each of which is longer than that of any field. */
const charactersMax = elementsMax * 64;

/**
 * A field mask within a request of a type, which is a list of names of its fields, as JSON or the proto has them. What names
 * none stays as it was written, so that it is refused in the caller's words.
 *
 * @throws Misfit
 */
export function parseFieldMask(text: string, request: DescMessage): FieldMask {
  const names = text === "" ? [] : text.split(",", elementsMax + 1);
  if (names.length > elementsMax) throw new Misfit(tooManyElements);
  if (text.length > charactersMax) throw new Misfit(`has more than ${charactersMax} characters`);
  const known = fieldNamesIn(request);
  const protoName = (name: string) => {
    const proto = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return known.has(proto) ? proto : name;
  };
  return create(FieldMaskSchema, { paths: names.map((path) => path.replace(/[^.]+/g, protoName)) });
}
