import { createHash } from "node:crypto";
import { toBinary } from "@bufbuild/protobuf";
import { methodName } from "../../bounds/method-name.ts";
import { invalidField } from "../../domain/refusal.ts";
import type { EntryPlace } from "../../store/books/sides.ts";
import type { Cursor } from "../../store/driver/statements/cursor.ts";
import type { Call } from "./call.ts";
import type { Form } from "./form.ts";

/** How the place of a row in a listing is written into a token, in ASCII. */
export interface Places<P> {
  write(place: P): string;
  /** Undefined for what is no place of such a listing. */
  read(text: string): P | undefined;
}

/** By time and id; `isId` tells an id of such rows. */
export function placesByTime(isId: (text: string) => boolean): Places<Cursor> {
  return {
    write: ({ at, id }) => `${at.getTime()} ${id}`,
    read: (text) => {
      // 14 digits end in the year 5138: no row is younger, and the database reads such a time.
      const [, ms, id] = /^(\d{1,14}) ([!-~]{1,128})$/.exec(text) ?? [];
      if (ms === undefined || id === undefined || !isId(id)) return undefined;
      return { at: new Date(Number.parseInt(ms, 10)), id };
    },
  };
}

/** Along an account's entries. */
export const placesByEntry: Places<EntryPlace> = {
  write: ({ at, version }) => `${at.getTime()} v${version}`,
  read: (text) => {
    const [, ms, version] = /^(\d{1,14}) v(\d{1,15})$/.exec(text) ?? [];
    if (ms === undefined || version === undefined) return undefined;
    return { at: new Date(Number.parseInt(ms, 10)), version: Number.parseInt(version, 10) };
  },
};

/** By a name in ASCII. */
export const placesByName: Places<string> = {
  write: (name) => `=${name}`,
  read: (text) => /^=([ -~]{1,255})$/.exec(text)?.[1],
};

/** What a request has that goes on where another one stopped. */
export interface TokenRequest {
  readonly $typeName: string;
  readonly pageToken: string;
}

/** What a request for a page has. */
export interface PageRequest extends TokenRequest {
  readonly pageSize: number;
}

const tokenCharactersMax = 512;
const tagCharacters = 12;
/** Decoding of base64 ends here, so the release before reads of a token what is before it. */
const end = "=";

/** Writes the tokens of a listing of which is known what it is about. */
export interface TokenWriter<P> {
  /** The token of the page after a place; empty where there is none. */
  write(place: P | undefined): string;
}

/**
 * The page tokens of one listing, opaque to callers. Each names its method, its organization and what else was asked for
 * but the size of the page, so that no other listing takes it. Whom a request names by an email may be another one a page later,
 * so a seal at its end says of whom it is, and that it is whole: a part of a place may be another place.
 */
export class PageTokens<P> {
  constructor(
    private readonly call: Pick<Call, "method" | "organizationIfNamed">,
    private readonly request: TokenRequest,
    private readonly places: Places<P>,
  ) {}

  /** Where the request goes on: after that place; undefined at the beginning. */
  read(form: Form): P | undefined {
    const { pageToken } = this.request;
    if (pageToken === "") return undefined;
    const [encoded = ""] = pageToken.length > tokenCharactersMax ? [] : pageToken.split(end, 1);
    const text = Buffer.from(encoded, "base64url").toString("utf8");
    const isOurs = text.slice(0, tagCharacters) === this.tag();
    const place = isOurs ? this.places.read(text.slice(tagCharacters)) : undefined;
    if (place === undefined) form.refuse("page_token", "is not a page token that was answered here");
    return place;
  }

  /**
   * Whom or what the rows are of, by an id that it has for ever; undefined where the request cannot come to mean another one.
   * Refuses a token of another one, and one that was cut or changed. Tokens of the release before say nothing of either.
   */
  about(id: string | undefined): TokenWriter<P> {
    const sealed = (encoded: string) => `${encoded}${end}${digestOf(encoded, end, id ?? "")}`;
    const { pageToken } = this.request;
    const [encoded = "", seal = ""] = pageToken.split(end);
    if (seal !== "" && pageToken !== sealed(encoded))
      throw invalidField(
        "page_token",
        "was changed, or answered of another customer, or of another account, than the request means by now; " +
          "send it as it came, or list from the beginning",
      );
    return {
      write: (place) =>
        place === undefined
          ? ""
          : sealed(Buffer.from(`${this.tag()}${this.places.write(place)}`).toString("base64url")),
    };
  }

  private tag(): string {
    const { method, organizationIfNamed } = this.call;
    const asked = { ...this.request, pageSize: 0, pageToken: "" };
    return digestOf(
      `${methodName(method)} ${organizationIfNamed?.id ?? ""} `,
      toBinary(method.input, asked as Parameters<typeof toBinary>[1]),
    );
  }
}

function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("base64url").slice(0, tagCharacters);
}
