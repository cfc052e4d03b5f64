import { html } from "./html.ts";

it("escapes whatever would be markup, in texts and in attributes in quotes", () => {
  const text = `<script>alert('1')</script> & "more"`;
  const shown = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;";
  expect(html`<b title="${text}">${text}</b>`).toBe(`<b title="${shown}">${shown}</b>`);
});

it("leaves texts as they are that only look like escapes or placeholders", () => {
  expect(html`<i>${"&amp; $& $1 \\n"}</i>`).toBe("<i>&amp;amp; $&amp; $1 \\n</i>");
});
