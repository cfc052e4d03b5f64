import { type AnyDesc, type DescExtension, getOption } from "@bufbuild/protobuf";

const known = new WeakMap<DescExtension, WeakMap<AnyDesc, unknown>>();

/**
 * `getOption` with a cache: protobuf-es builds a message type for each reading. The value is shared and must not be changed.
 */
export const knownOption: typeof getOption = (element, option) => {
  const desc: AnyDesc = element;
  const ofOption = known.get(option) ?? new WeakMap<AnyDesc, unknown>();
  known.set(option, ofOption);
  if (!ofOption.has(desc)) ofOption.set(desc, getOption(element, option));
  return ofOption.get(desc) as ReturnType<typeof getOption<typeof option, typeof element>>;
};
