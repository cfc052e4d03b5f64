const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML with texts in it, of which none is markup, whoever wrote it: between tags, or as an attribute in quotes. */
export function html(markup: TemplateStringsArray, ...texts: readonly string[]): string {
  return String.raw({ raw: markup }, ...texts.map(escaped));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");
}
