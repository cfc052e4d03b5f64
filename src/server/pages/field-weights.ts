/** How gladly each thing of an Accept field is taken, by its name in lower case; 0 is not at all (RFC 9110, section 12.4.2). */
export function weightsOf(accept: string): ReadonlyMap<string, number> {
  return new Map(
    accept.split(",").map((each) => {
      const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
    }),
  );
}
