import { exampleCalls } from "./example-calls.ts";

const text = `# Page

## Charges

\`\`\`sh
URL=http://127.0.0.1:7400/v1
post() { curl -s -u "$AUTH" -H 'content-type: application/json' "$URL$1" -d "$2"; }
post /made '{"name": "a"}' > /dev/null
CHARGE=$(post /charges '{"amount": "5"}' | grep -o x)
curl -s "$URL/charges/$CHARGE?full=true"
\`\`\`

\`\`\`json
{ "amount": "5" }
\`\`\`

\`\`\`sh
curl -s -o /dev/null -X DELETE $URL/charges/a
post /said "$CHARGE"
\`\`\`
`;

it("tells the calls of a page, with the answer that is printed beneath", () => {
  const of = { page: "docs/page.md", heading: "Charges", query: "", body: undefined, answer: undefined };
  expect(exampleCalls({ path: "docs/page.md", text })).toEqual([
    { ...of, httpMethod: "POST", path: "/v1/made", isWhole: true, body: { name: "a" } },
    { ...of, httpMethod: "POST", path: "/v1/charges", isWhole: true, body: { amount: "5" } },
    {
      ...of,
      ...{ httpMethod: "GET", path: "/v1/charges/charge", query: "full=true", isWhole: false },
      answer: { amount: "5" },
    },
    { ...of, httpMethod: "DELETE", path: "/v1/charges/a", isWhole: true },
  ]);
});

it("takes no answer for that of one call which several have printed", () => {
  const both = "# A\n\n```sh\ncurl http://a/b\ncurl http://a/c\n```\n\n```json\n{}\n```\n";
  expect(exampleCalls({ path: "a.md", text: both }).map(({ answer }) => answer)).toEqual([
    undefined,
    undefined,
  ]);
});
