import { weightsOf } from "./field-weights.ts";
import { type Encoding, encodings, type Page } from "./manifest.ts";

/**
 * The encoding in which to send a page (RFC 9110, section 12.5.3): of those that are taken most gladly the smallest. As it is, where
 * a client takes nothing that there is, or does not say what it takes.
 */
export function acceptedEncoding({ sizes }: Pick<Page, "sizes">, accept = ""): Encoding {
  const weights = weightsOf(accept);
  const weightOf = (encoding: Encoding) => {
    const unsaid = encoding === "identity" ? Number.MIN_VALUE : 0;
    return weights.get(encoding) ?? weights.get("*") ?? unsaid;
  };
  const taken = encodings.filter((encoding) => sizes[encoding] !== undefined && weightOf(encoding) > 0);
  const sizeOf = (encoding: Encoding) => sizes[encoding] ?? 0;
  taken.sort((one, other) => weightOf(other) - weightOf(one) || sizeOf(one) - sizeOf(other));
  return taken[0] ?? "identity";
}
