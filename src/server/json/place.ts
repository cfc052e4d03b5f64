/** Where a value stands. It becomes text only where an error tells it, and not for each of many values that fit. */
export interface Place {
  readonly within: Place | undefined;
  /** The name of a member, the index of an element, or the key of a map's entry. */
  readonly step: string | number | { readonly key: string };
}

/** A place as errors tell it: `rows[3].labels["a"]`; empty for all of what there is. */
export function pathOf(place: Place | undefined): string {
  if (place === undefined) return "";
  const { within, step } = place;
  const path = pathOf(within);
  if (typeof step === "number") return `${path}[${step}]`;
  if (typeof step !== "string") return `${path}[${JSON.stringify(step.key)}]`;
  return path === "" ? step : `${path}.${step}`;
}
