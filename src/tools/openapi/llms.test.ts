import { llmsText } from "./llms.ts";

const readme = {
  path: "README.md",
  text: "# Ledger\n\nKeeps **balances**\nof [customers](docs/a.md).\n\nMore.\n",
};

it("has a line for each page, by section, and for each document", () => {
  const pages = [
    readme,
    { path: "docs/a.md", text: "# A\n\nThe [first](b.md). The second.\n" },
    { path: "docs/b.md", text: "# B\n\n```sh\ncurl\n```\n" },
    { path: "docs/concepts/README.md", text: "# Concepts\n\n- one\n" },
    { path: "docs/operating/c.md", text: "# C\n\nWhere to begin:\n\n- here\n" },
  ];
  const documents = [{ name: "native", title: "Native", summary: "All of it." }];
  expect(llmsText(readme, pages, documents)).toBe(
    [
      "# Ledger\n\n> Keeps balances of customers.\n",
      "## Documentation\n\n- [A](docs/a.md): The first.\n- [B](docs/b.md)\n",
      "## Concepts\n\n- [Concepts](docs/concepts/README.md)\n",
      "## Operating\n\n- [C](docs/operating/c.md): Where to begin.\n",
      "## OpenAPI documents\n\n- [Native](openapi/native.json): All of it.\n",
    ].join("\n"),
  );
});
