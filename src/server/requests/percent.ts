/**
 * Percent-decodes one piece of a URL. Nothing else is changed: `+` stays `+`.
 *
 * @returns undefined for a malformed escape, bytes that are not UTF-8, and NUL, which no text of ours may hold.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) return text.includes("\0") ? undefined : text;
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Like percentDecode, but an encoded slash stays as it was written, as multi-segment captures need it. */
export function percentDecodeExceptSlash(text: string): string | undefined {
  const pieces = text.split(/(%2f)/i).map((piece, index) => (index % 2 === 1 ? piece : percentDecode(piece)));
  return pieces.includes(undefined) ? undefined : pieces.join("");
}
