const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function isLoopback({ hostname }: URL): boolean {
  return loopback.test(hostname);
}

/** Whether keys may be fetched from there: over https, and on this machine also without. */
export function isKeyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isBare = url.username === "" && url.password === "" && url.hash === "";
  return isBare && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url)));
}

/** Whether an issuer may send us there: to this machine only if it is there itself. */
export function mayPointTo(issuer: string, text: string): boolean {
  return isKeyUrl(text) && (!isLoopback(new URL(text)) || isLoopback(new URL(issuer)));
}
