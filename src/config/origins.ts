/** As a browser writes them in `Origin`, so that they can be compared letter by letter. */
export function parseOrigins(text: string): "all" | ReadonlySet<string> | undefined {
  if (text.trim() === "*") return "all";
  const origins = text.split(",").map((each) => each.trim());
  const areOrigins = origins.every((each) => /^https?:/.test(each) && originOf(each) === each);
  return areOrigins ? new Set(origins) : undefined;
}

function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
