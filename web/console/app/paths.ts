export type PathParameters = Readonly<Record<string, string>>;

/** What a pattern such as `customers/:customer` finds in a path; undefined where that is another one. */
export function matched(pattern: string, path: string): PathParameters | undefined {
  const [wanted, given] = [partsOf(pattern), partsOf(path)];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      const text = decoded(value);
      if (text === undefined) return undefined;
      parameters[part.slice(1)] = text;
    } else if (part !== value) return undefined;
  }
  return parameters;
}

/** A path with its parameters; what they are can be any text. */
export function filled(pattern: string, parameters: PathParameters): string {
  return partsOf(pattern)
    .map((part) => (part.startsWith(":") ? encodeURIComponent(parameters[part.slice(1)] ?? "") : part))
    .join("/");
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
