import { Shell } from "./run.ts";

function callsOf(script: string): string[] {
  return new Shell()
    .run(script)
    .map(
      ({ words, isPrinted }) => `${words.map(({ text }) => text).join("|")}${isPrinted ? "" : " (unseen)"}`,
    );
}

describe("a shell that runs nothing", () => {
  it.each([
    ["a command", "curl -s 'http://a/b' -d '{\"c\": 1}'", ['curl|-s|http://a/b|-d|{"c": 1}']],
    ["a line that goes on", "curl \\\n  -s a", ["curl|-s|a"]],
    ["several lines", "a; b && c\n# nothing\nd", ["a", "b", "c", "d"]],
    ["a variable", `URL=http://a\ncurl "$URL/b" \${URL}:c`, ["curl|http://a/b|http://a:c"]],
    ["a function", 'post() { curl "$1" -d "$2"; }\npost /a \'{}\'', ["curl|/a|-d|{}"]],
    ["all arguments", 'get() { curl -s "$@"; }\nget -X PUT a', ["curl|-s|-X|PUT|a"]],
    ["a function by another", "a() { curl $1; }\nb() { a $1/c; }\nb x", ["curl|x/c"]],
    [
      "what is piped or redirected",
      "curl a | grep b\ncurl c > /dev/null",
      ["curl|a (unseen)", "curl|c (unseen)"],
    ],
    ["an output", "ID=$(curl a | cut -c1)\ncurl b/$ID", ["curl|a (unseen)", "curl|b/id"]],
    ["a here-document", "cat <<'END'\ncurl no\nEND\ncurl a", ["cat", "curl|a"]],
    ["a loop, once", "for x in 1 2; do curl $x; done", ["for|x|in|1|2", "curl|x", "done"]],
  ])("follows %s", (_, script, calls) => {
    expect(callsOf(script)).toEqual(calls);
  });

  it("remembers variables and functions, and says which words only a run could tell", () => {
    const shell = new Shell();
    expect(shell.run("get() { curl $1; }\nID=$(date)")).toHaveLength(1);
    expect(shell.run("get $ID")).toEqual([
      {
        words: [
          { text: "curl", isKnown: true },
          { text: "id", isKnown: false },
        ],
        isPrinted: true,
      },
    ]);
  });

  it.each(["'", '"', "$(", "a() {", "${", "<<'END'", "|", "\\", ")"])("comes to an end with %s", (script) => {
    expect(() => callsOf(script)).not.toThrow();
  });
});
