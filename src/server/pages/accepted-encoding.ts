import { type Encoding, encodings, type Page } from "./manifest.ts";

/**
 * The encoding in which to send a page (RFC 9110, section 12.5.3): of those that are taken most gladly the smallest. As it is, where a
 * client takes nothing that there is: it gets that rather than nothing.
 */
export function acceptedEncoding({ sizes }: Pick<Page, "sizes">, accept: string | undefined): Encoding {
  const weights = accept === undefined ? undefined : weightsOf(accept);
  const weightOf = (encoding: Encoding) => {
    if (sizes[encoding] === undefined) return 0;
    const unsaid = encoding === "identity" ? 0.001 : 0;
    return weights?.get(encoding) ?? weights?.get("*") ?? unsaid;
  };
  return encodings.reduce<Encoding>((best, each) => {
    if (each === best) return best;
    const more = weightOf(each) - weightOf(best);
    return more > 0 || (more === 0 && (sizes[each] ?? Infinity) < (sizes[best] ?? Infinity)) ? each : best;
  }, "identity");
}

function weightsOf(accept: string): ReadonlyMap<string, number> {
  return new Map(
    accept.split(",").map((each) => {
      const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
    }),
  );
}
