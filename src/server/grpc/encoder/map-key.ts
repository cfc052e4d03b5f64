import { ScalarType } from "@bufbuild/protobuf";

/**
 * The key of a map's entry from the property that it is in protobuf-es; undefined where the property is not of the
 * key's type.
 */
export function mapKeyOf(property: string, type: ScalarType): unknown {
  switch (type) {
    case ScalarType.STRING:
      return property;
    case ScalarType.BOOL:
      return bools.get(property);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return integer.test(property) ? Number(property) : undefined;
    default:
      return integer.test(property) ? BigInt(property) : undefined;
  }
}

const bools = new Map([
  ["false", false],
  ["true", true],
]);
const integer = /^-?\d+$/;
