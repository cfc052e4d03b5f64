import { escaped } from "../docs/builder/code.ts";
import { type Assets, headerOf, headOf, hrefFrom } from "../docs/builder/page.ts";

const descriptions = [
  ["native", "native"],
  ["frontier", "Frontier"],
  ["apigee-x", "Apigee X"],
  ["apigee-edge", "Apigee Edge"],
] as const;

/** What this is, and where to go from here. */
export function homePage(version: string, assets: Assets): string {
  const summary =
    "Balances, credits, charges and limits on a double-entry ledger: gRPC, gRPC-Web, Connect and REST on one port.";
  const href = (to: string) => escaped(hrefFrom("", to));
  const places = [
    ["console/", "Console", "Customers, their balances and what became of them; why a call was refused."],
    ["docs/", "Documentation", "How to use it, to run it, and what it guarantees."],
  ];
  return shell({
    head: headOf({ title: "Tallystick", summary, href, assets }),
    header: headerOf(href),
    main: `<h1>Tallystick</h1>
<p id="status" class="status" role="status" data-readyz="${href("readyz")}"><a href="${href("readyz")}">Is it ready?</a></p>
<p>${summary}</p>
<ul class="places">
${places.map(([path = "", name = "", words = ""]) => `<li><h2><a href="${href(path)}">${name}</a></h2><p>${words}</p></li>`).join("\n")}
<li><h2>API</h2><p><a href="${href("docs/reference/")}">Reference</a>; in OpenAPI: ${descriptions.map(([file, name]) => `<a href="${href(`openapi/${file}.json`)}">${name}</a>`).join(", ")}; for language models: <a href="${href("llms.txt")}">llms.txt</a>.</p></li>
<li><h2>Health</h2><p><a href="${href("healthz")}">/healthz</a> says whether the process lives, <a href="${href("readyz")}">/readyz</a> whether it can answer.</p></li>
</ul>`,
    version,
  });
}

/** What a browser is shown at a path of pages where there is none. @param folders how many are above that */
export function missingPage(
  version: string,
  { assets, folders }: { assets: Assets; folders: number },
): string {
  const href = (to: string) => escaped(hrefFrom("x/".repeat(folders), to));
  return shell({
    head: headOf({ title: "No page · Tallystick", summary: "There is no page at this path.", href, assets }),
    header: headerOf(href),
    main: `<h1>There is no page at this path</h1>
<p>It may have another name now: look in the <a href="${href("docs/")}">documentation</a>.</p>`,
    version,
  });
}

interface Parts {
  readonly head: string;
  readonly header: string;
  readonly main: string;
  readonly version: string;
}

function shell({ head, header, main, version }: Parts): string {
  return `<!doctype html>
<html lang="en">
<head>
${head}
</head>
<body class="home">
<a class="skip" href="#content">Skip to the content</a>
${header}
<main id="content" tabindex="-1">
${main}
</main>
<footer>Tallystick ${escaped(version)}</footer>
</body>
</html>
`;
}
