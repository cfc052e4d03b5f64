import { hrefFrom } from "./page.ts";

it.each([
  ["", "docs/", "docs/"],
  ["docs/", "", "../"],
  ["docs/", "docs/", "./"],
  ["docs/using", "docs/", "./"],
  ["docs/using", "docs/errors#reasons", "errors#reasons"],
  ["docs/using", "docs/using#keys", "using#keys"],
  ["docs/concepts/", "docs/concepts/holds", "holds"],
  ["docs/concepts/holds", "docs/operating/", "../operating/"],
  ["docs/concepts/holds", "icon.svg", "../../icon.svg"],
  ["docs/files/src/a.ts", "docs/#a-first-balance", "../../#a-first-balance"],
])("from %s to %s it is %s", (from, to, href) => {
  expect(hrefFrom(from, to)).toBe(href);
});
