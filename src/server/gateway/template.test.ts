import { parseTemplate } from "./template.ts";

/** Segments in short: literals as they are, decoded. */
function segmentsOf(source: string): string[] {
  const short = { single: "*", rest: "**" };
  return parseTemplate(source).segments.map((each) =>
    each.kind === "literal" ? each.text : short[each.kind],
  );
}

describe("parseTemplate", () => {
  it.each([
    ["/v1/messages", ["v1", "messages"]],
    ["/v1/{name=messages/*}", ["v1", "messages", "*"]],
    ["/v1/messages/{message_id}/{sub.subfield}", ["v1", "messages", "*", "*"]],
    ["/v1/{name=shelves/*/books/*}:read", ["v1", "shelves", "*", "books", "*"]],
    ["/files/{path=**}:watch", ["files", "**"]],
    ["/a/*/b/**", ["a", "*", "b", "**"]],
    ["/caf%C3%A9/%2A/a@b+c", ["café", "*", "a@b+c"]],
    ["/{_}", ["*"]],
  ])("%s has its segments", (source, segments) => {
    expect(segmentsOf(source)).toEqual(segments);
  });

  it.each([
    ["/v1/{name}", [{ fieldPath: "name", start: 1, end: 2 }]],
    ["/v1/{name=shelves/*/books/*}", [{ fieldPath: "name", start: 1, end: 5 }]],
    ["/v1/{book.name=shelves/*}/x", [{ fieldPath: "book.name", start: 1, end: 3 }]],
    ["/v1/{path=a/**}", [{ fieldPath: "path", start: 1, end: undefined }]],
    [
      "/{a}/x/{b.c}",
      [
        { fieldPath: "a", start: 0, end: 1 },
        { fieldPath: "b.c", start: 2, end: 3 },
      ],
    ],
  ])("%s has its variables", (source, variables) => {
    expect(parseTemplate(source).variables).toEqual(variables);
  });

  it.each([
    ["/v1/x:credit", "credit"],
    ["/v1/{name=a/*}:ad%2Djust", "ad-just"],
    ["/v1/x", ""],
  ])("%s has its verb", (source, verb) => {
    expect(parseTemplate(source).verb).toBe(verb);
  });

  it.each([
    ["", 'column 1: expected "/"'],
    ["v1/x", 'column 1: expected "/"'],
    ["/", "column 2: expected a literal"],
    ["/v1/", "column 5: expected a literal"],
    ["/v1//x", "column 5: expected a literal"],
    ["/v1/{}", "column 6: expected a field name"],
    ["/v1/{1a}", "column 6: expected a field name"],
    ["/v1/{a.}", "column 8: expected a field name"],
    ["/v1/{a-b}", 'column 7: expected "}"'],
    ["/v1/{a", 'column 7: expected "}"'],
    ["/v1/{a=}", "column 8: expected a literal"],
    ["/v1/{a={b}}", "a variable must not contain another"],
    ["/v1/{a}/{a}", 'variable "a" is there twice'],
    ["/**/x", "** must be the last segment"],
    ["/{a=**}/x", "** must be the last segment"],
    ["/{a=**/x}", "** must be the last segment"],
    ["/x/***", 'unexpected "*"'],
    ["/x*", 'unexpected "*"'],
    ["/x:verb/y", 'unexpected "/"'],
    ["/x:a:b", 'unexpected ":"'],
    ["/x:", "expected a literal"],
    ["/x?y=z", 'unexpected "?"'],
    ["/x y", 'unexpected " "'],
    ["/x%2", 'unexpected "%"'],
    ["/x%FF", "is not percent-encoded UTF-8"],
  ])("refuses %j", (source, problem) => {
    expect(() => parseTemplate(source)).toThrow(problem);
  });
});
