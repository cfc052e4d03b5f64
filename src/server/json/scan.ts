import { Nesting } from "./nesting.ts";
import { JsonProblem } from "./problem.ts";
import {
  backslash,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isDigit,
  isEscapable,
  isHexDigit,
  lineFeed,
  lowerE,
  lowerU,
  minus,
  openBrace,
  openBracket,
  plus,
  point,
  quote,
  space,
  tab,
  upperE,
  zero,
} from "./units.ts";

/** Where a number stands in a text. */
export interface NumberPlace {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads text by the whole grammar of JSON (RFC 8259) without making anything of it: what passes, JSON.parse takes. Refuses
 * besides what `Nesting` does.
 *
 * @returns where its numbers stand, in their order.
 * @throws JsonProblem, JsonExcess
 */
export function scanJson(text: string): readonly NumberPlace[] {
  return new Scanner(text).scan();
}

/** What stands behind the last character. */
const end = -1;

const keywords = ["true", "false", "null"];

/** What of a string stands for itself. To skip it at once is three times as fast as to look at each unit. */
const plain = /[ !#-[\]-\uffff]*/y;

/** What an error shows of what is there in place of something else: a word, or one character. */
const shown = /^(?:[\w.+-]+|.)/su;
const shownMax = 20;

class Scanner {
  readonly #text: string;
  readonly #numbers: NumberPlace[] = [];
  readonly #nesting = new Nesting();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): readonly NumberPlace[] {
    this.#value();
    if (this.#token() !== end) throw this.#unexpected("the end");
    return this.#numbers;
  }

  #value(): void {
    const first = this.#token();
    if (first === quote) this.#string();
    else if (first === openBrace) this.#object();
    else if (first === openBracket) this.#array();
    else if (first === minus || isDigit(first)) this.#number();
    else this.#keyword();
  }

  #object(): void {
    this.#open();
    if (this.#token() !== closeBrace) {
      do {
        this.#key();
        if (this.#token() !== colon) throw this.#unexpected('":" after the key');
        this.#at += 1;
        this.#value();
      } while (this.#hasNext(closeBrace, "key"));
    }
    this.#close();
  }

  #array(): void {
    this.#open();
    if (this.#token() !== closeBracket) {
      do {
        this.#value();
      } while (this.#hasNext(closeBracket, "element"));
    }
    this.#close();
  }

  #open(): void {
    this.#nesting.enter(this.#at);
    this.#at += 1;
  }

  #close(): void {
    this.#nesting.leave();
    this.#at += 1;
  }

  /** Whether a comma follows, and another element or key, and not the end of the array or object. */
  #hasNext(close: number, what: "element" | "key"): boolean {
    const unit = this.#token();
    if (unit === close) return false;
    if (unit !== comma) throw this.#unexpected(`"," or "${String.fromCharCode(close)}"`);
    this.#nesting.next();
    this.#at += 1;
    if (this.#token() === close) throw this.#unexpected(`another ${what} after the comma`);
    return true;
  }

  #key(): void {
    if (this.#token() !== quote) throw this.#unexpected("a key in double quotes");
    const start = this.#at;
    this.#string();
    this.#nesting.key(this.#text.slice(start + 1, this.#at - 1), start);
  }

  #string(): void {
    const text = this.#text;
    const start = this.#at;
    plain.lastIndex = start + 1;
    plain.test(text);
    for (let at = plain.lastIndex; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === quote) {
        this.#at = at + 1;
        return;
      }
      if (unit < space) throw controlCharacter(unit, at);
      if (unit === backslash) at += this.#escapeLength(at) - 1;
    }
    throw new JsonProblem("the string that begins here does not end", start);
  }

  #escapeLength(start: number): number {
    const text = this.#text;
    const unit = text.charCodeAt(start + 1);
    if (isEscapable(unit)) return 2;
    if (start + 1 >= text.length) return 1;
    if (unit !== lowerU) throw new JsonProblem('"\\" is written as "\\\\" within a string', start);
    for (let at = start + 2; at < start + 6; at += 1) {
      if (!isHexDigit(text.charCodeAt(at)))
        throw new JsonProblem('"\\u" has four hexadecimal digits after it', start);
    }
    return 6;
  }

  #number(): void {
    const start = this.#at;
    if (this.#unit() === minus) this.#at += 1;
    if (this.#unit() === zero) {
      this.#at += 1;
      if (isDigit(this.#unit())) throw new JsonProblem("a number has no leading zeros", this.#at);
    } else this.#digits();
    if (this.#unit() === point) {
      this.#at += 1;
      this.#digits();
    }
    if (this.#unit() === lowerE || this.#unit() === upperE) {
      this.#at += 1;
      if (this.#unit() === plus || this.#unit() === minus) this.#at += 1;
      this.#digits();
    }
    this.#numbers.push({ start, end: this.#at });
  }

  #digits(): void {
    if (!isDigit(this.#unit())) throw this.#unexpected("a digit");
    while (isDigit(this.#unit())) this.#at += 1;
  }

  #keyword(): void {
    const keyword = keywords.find((each) => this.#text.startsWith(each, this.#at));
    if (keyword === undefined) throw this.#unexpected("a value");
    this.#at += keyword.length;
  }

  /** The first unit of what follows after blanks, which it takes. */
  #token(): number {
    for (;;) {
      const unit = this.#unit();
      if (unit !== space && unit !== lineFeed && unit !== carriageReturn && unit !== tab) return unit;
      this.#at += 1;
    }
  }

  #unit(): number {
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : end;
  }

  #unexpected(wanted: string): JsonProblem {
    return new JsonProblem(`${wanted} is expected, but ${this.#here()}`, this.#at);
  }

  #here(): string {
    if (this.#unit() === quote) return "a string begins here";
    const [there] = shown.exec(this.#text.slice(this.#at, this.#at + shownMax)) ?? [];
    return there === undefined ? "the text ends here" : `"${there}" is here`;
  }
}

function controlCharacter(unit: number, position: number): JsonProblem {
  const written = JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
  return new JsonProblem(
    `within a string this character is written as "${written}", or a quote is missing before it`,
    position,
  );
}
