const shownCharactersMax = 100;

/** What an error shows of a refused text: its beginning, and in place of whatever is before an @ nothing, as a password may be. */
export function shownText(text: string): string {
  const bare = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@");
  return JSON.stringify(bare.slice(0, shownCharactersMax));
}
