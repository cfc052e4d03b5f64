/** What was typed into a form, by the name of the request's field. */
export type Values = Readonly<Record<string, string>>;

export function trimmed(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
}

/** Those that are not as they were: whatever else somebody has changed since is left as it is. */
export function changedIn(values: Values, before: Values): Values {
  return Object.fromEntries(
    Object.entries(trimmed(values)).filter(([name, value]) => value !== before[name]?.trim()),
  );
}
