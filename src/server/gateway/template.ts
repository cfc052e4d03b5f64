/** One segment of a path template: a literal (percent-decoded), `*` or `**`. */
export type TemplateSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "single" }
  | { readonly kind: "rest" };

/** What a variable of a template captures: the segments from `start` up to, not including, `end`. */
export interface TemplateVariable {
  /** The field of the request, as written: `name` or `book.name`. */
  readonly fieldPath: string;
  readonly start: number;
  /** Unset where the capture goes to the end of the path (`**`). */
  readonly end: number | undefined;
}

/** A parsed google.api.http path template. */
export interface PathTemplate {
  readonly source: string;
  readonly segments: readonly TemplateSegment[];
  readonly variables: readonly TemplateVariable[];
  /** The literal after the last colon (percent-decoded); empty where there is none. */
  readonly verb: string;
}

/**
 * Parses a path template by the grammar in google/api/http.proto.
 *
 * @throws Error naming the template and the column: a bad template is a programming error, found at start.
 */
export function parseTemplate(source: string): PathTemplate {
  return new TemplateParser(source).parse();
}

const identifier = /[A-Za-z_][A-Za-z0-9_]*/y;
// RFC 3986 pchar without `:` (a verb begins there), `*` and `=` (they mean something in a template).
const literal = /(?:[A-Za-z0-9\-._~!$&'()+,;@]|%[0-9A-Fa-f]{2})+/y;

class TemplateParser {
  private position = 0;
  private readonly segments: TemplateSegment[] = [];
  private readonly variables: TemplateVariable[] = [];

  constructor(private readonly source: string) {}

  parse(): PathTemplate {
    this.expect("/");
    this.parseSegments(false);
    const verb = this.take(":") ? this.parseLiteral() : "";
    if (this.position < this.source.length) this.fail(`unexpected "${this.source[this.position]}"`);
    return { source: this.source, segments: this.segments, variables: this.variables, verb };
  }

  private parseSegments(insideVariable: boolean): void {
    do {
      if (this.segments.at(-1)?.kind === "rest") this.fail("** must be the last segment");
      this.parseSegment(insideVariable);
    } while (this.take("/"));
  }

  private parseSegment(insideVariable: boolean): void {
    if (this.take("**")) this.segments.push({ kind: "rest" });
    else if (this.take("*")) this.segments.push({ kind: "single" });
    else if (!this.take("{")) this.segments.push({ kind: "literal", text: this.parseLiteral() });
    else if (insideVariable) this.fail("a variable must not contain another");
    else this.parseVariable();
  }

  private parseVariable(): void {
    const fieldPath = this.parseFieldPath();
    if (this.variables.some((variable) => variable.fieldPath === fieldPath)) {
      this.fail(`variable "${fieldPath}" is there twice`);
    }
    const start = this.segments.length;
    if (this.take("=")) this.parseSegments(true);
    else this.segments.push({ kind: "single" });
    this.expect("}");
    const end = this.segments.at(-1)?.kind === "rest" ? undefined : this.segments.length;
    this.variables.push({ fieldPath, start, end });
  }

  private parseFieldPath(): string {
    const names: string[] = [];
    do {
      names.push(this.takePattern(identifier) ?? this.fail("expected a field name"));
    } while (this.take("."));
    return names.join(".");
  }

  private parseLiteral(): string {
    const text = this.takePattern(literal) ?? this.fail("expected a literal");
    try {
      return decodeURIComponent(text);
    } catch {
      return this.fail(`"${text}" is not percent-encoded UTF-8`);
    }
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  private takePattern(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const text = pattern.exec(this.source)?.[0];
    this.position += text?.length ?? 0;
    return text;
  }

  private expect(text: string): void {
    if (!this.take(text)) this.fail(`expected "${text}"`);
  }

  private fail(problem: string): never {
    throw new Error(`path template "${this.source}", column ${this.position + 1}: ${problem}`);
  }
}
