import type { IssuerSettings } from "./issuer.ts";

/** More than issuers make, but those who put groups by the hundred in. */
export const tokenCharactersMax = 8_192;
const schemeCharactersMax = 16;
const kidCharactersMax = 256;

export type Members = Readonly<Record<string, unknown>>;

/** What a token says; nothing of it is proved. */
export interface Token {
  readonly text: string;
  readonly header: Members;
  readonly claims: Members;
}

/** Whether a header can hold a token, asked without reading it. */
export function mayHoldToken(header: string): boolean {
  // B or b, as Bearer begins: HTTP Basic does so too, and is told from it by its second letter.
  return (header.charCodeAt(1) | 32) === 101 && header.length <= tokenCharactersMax + schemeCharactersMax;
}

/** The token that an Authorization header holds: three parts in base64url, of which two are objects; undefined for anything else. */
export function readToken(header: string): Token | undefined {
  const [, text = "", head = "", payload = ""] =
    /^bearer +(([\w-]+)\.([\w-]+)\.[\w-]*)$/i.exec(header.trim()) ?? [];
  if (text === "") return undefined;
  const [members, claims] = [objectIn(head), objectIn(payload)];
  return members && claims && { text, header: members, claims };
}

/** Whether a header has the form of a token and is too long for one. */
export function isTooLong(header: string): boolean {
  return header.length > tokenCharactersMax + schemeCharactersMax && /^bearer +eyJ/i.test(header);
}

/** What is wrong with a token's header, whoever signed it; undefined where nothing is. */
export function headerFault({ header }: Token, { algorithms, name }: IssuerSettings): string | undefined {
  const { alg, typ, crit, kid } = header;
  if (!algorithms.some((each) => each === alg))
    return `the token's alg is none of those that are taken of ${name}: ${algorithms.join(", ")}`;
  if (typ !== undefined && !(typeof typ === "string" && /^(application\/)?(at\+)?jwt$/i.test(typ)))
    return "the token's typ is neither JWT nor at+jwt";
  if (crit !== undefined) return "the token has a crit, and no extension is known here";
  if (kid !== undefined && !(typeof kid === "string" && kid.length <= kidCharactersMax))
    return `the token's kid is no text of up to ${kidCharactersMax} characters`;
  return undefined;
}

function objectIn(part: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
