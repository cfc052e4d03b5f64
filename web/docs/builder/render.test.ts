import { render } from "./render.ts";
import type { Target } from "./target.ts";

const resolve = (href: string): Target =>
  href.includes(":") ? { url: href } : { document: href, heading: "" };
const surroundings = {
  hrefOf: (target: Target) => ("url" in target ? target.url : `to/${target.document}`),
  pictureOf: (_target: Target, alt: string) => `<b>${alt}</b>`,
};
const htmlOf = (text: string) => render(text, { resolve }).html(surroundings).trim();

describe("a text in Markdown", () => {
  it("names its headings as GitHub does, each once", () => {
    const { title, headings } = render("# `a` of A & B\n\n## Twice\n\n## Twice\n\n### Ünï_code, 2", {
      resolve,
    });
    expect(title).toBe("a of A & B");
    expect(headings.map(({ id, level }) => [id, level])).toEqual([
      ["a-of-a--b", 1],
      ["twice", 2],
      ["twice-1", 2],
      ["ünï_code-2", 3],
    ]);
  });

  it("has no HTML but line breaks", () => {
    expect(htmlOf("a <client id> <b>c</b><br>d")).toBe(
      "<p>a &lt;client id&gt; &lt;b&gt;c&lt;/b&gt;<br>\nd</p>",
    );
    expect(htmlOf("<script>alert(1)</script>")).toBe("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
  });

  it("leads within the documentation, and marks what leads out", () => {
    expect(htmlOf("[a](b.md)")).toBe('<p><a href="to/b.md">a</a></p>');
    expect(htmlOf("[a](https://b.example/?c&d)")).toBe(
      '<p><a href="https://b.example/?c&amp;d" class="out" rel="noopener noreferrer">a</a></p>',
    );
    expect(htmlOf("![a *b*](c.svg)")).toBe("<p><b>a b</b></p>");
  });

  it("aligns no column by a style, which the policy of a page refuses", () => {
    const html = htmlOf("| a | b |\n|---|--:|\n| 1 | 2 |");
    expect(html).toContain('<div class="table"><table>');
    expect(html).toContain('<td class="to-right">2</td>');
    expect(html).not.toContain("style");
  });

  it("breaks long names in cells alone", () => {
    const html = htmlOf("`A_B`\n\n| `a` |\n|---|\n| `A_B` of A_B, at `GET /a/{b}` |");
    expect(html).toContain("<p><code>A_B</code></p>");
    expect(html).toContain("<td><code>A_<wbr>B</code> of A_<wbr>B, at <code>GET /a/<wbr>{b}</code></td>");
  });

  it("has classes in code, and nothing of it as markup", () => {
    expect(htmlOf('```json\n{"a": "<b>"}\n```')).toMatch(
      /^<pre><code data-language="json">.*<span class="hljs-attr">&quot;a&quot;<\/span>.*&lt;b&gt;.*<\/code><\/pre>$/s,
    );
    expect(htmlOf("```none\n<b>&\n```")).toContain("&#60;b&#62;&#38;\n");
  });

  it("has rows that one can be led to and find, where what they tell of has a name", () => {
    const { anchors, sections } = render(
      "# A\n\n| reason | b |\n|---|---|\n| `A_B` | c |\n| `A_B` | d |\n| `e`, f | `A_C` |\n\ng",
      { resolve },
    );
    expect([...anchors]).toEqual(["a", "a_b"]);
    expect(sections.slice(1)).toEqual([
      { id: "a", heading: "A", text: "reason b A_B d e, f A_C g" },
      { id: "a_b", heading: "A_B", text: "A_B c" },
    ]);
  });

  it("is searched by sections", () => {
    const { sections, summary } = render(
      "# A\n\nFirst `one`.\n\n## B\n\n| c | d |\n|---|---|\n| e | f |\n\n```sh\ng\n```",
      {
        resolve,
      },
    );
    expect(summary).toBe("First one.");
    expect(sections).toEqual([
      { id: "", heading: "", text: "" },
      { id: "a", heading: "A", text: "First one." },
      { id: "b", heading: "B", text: "c d e f g " },
    ]);
  });
});
