/**
 * What a terminal does not print but obeys: control characters, and what changes the direction or the line of what follows. A
 * customer's name could otherwise rewrite what the screen says of it.
 */
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text that somebody else wrote, in one line, with such characters escaped as JSON has them. */
export function visible(text: string): string {
  return text.replaceAll(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same of JSON, which means the same then. What stands between its values stays. */
export function visibleJson(json: string): string {
  return json.split("\n").map(visible).join("\n");
}
