import { type AnyDesc, type DescExtension, getOption } from "@bufbuild/protobuf";

const known = new WeakMap<DescExtension, WeakMap<AnyDesc, unknown>>();

/**
 * An option of a method, a field or a service, read once: protobuf-es makes a type of message for each reading. The value
 * is everybody's, and nobody may change it.
 */
export const knownOption: typeof getOption = (element, option) => {
  const desc: AnyDesc = element;
  const ofOption = known.get(option) ?? new WeakMap<AnyDesc, unknown>();
  known.set(option, ofOption);
  if (!ofOption.has(desc)) ofOption.set(desc, getOption(element, option));
  return ofOption.get(desc) as ReturnType<typeof getOption<typeof option, typeof element>>;
};
