/**
 * A page loads from this service alone, runs no script and has no style that is written into it, and is nobody's frame. What of it
 * reaches other pages is nothing: neither its window nor its address.
 */
const contentPolicy = [
  "default-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Those of every answer at a path of pages. */
export const safetyHeaders: Readonly<Record<string, string>> = Object.freeze({
  "content-security-policy": contentPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
});

/** For ever where the name changes with the content; else a browser asks each time whether it has changed. */
export function cacheControl(isImmutable: boolean): string {
  return isImmutable ? "public, max-age=31536000, immutable" : "no-cache";
}
