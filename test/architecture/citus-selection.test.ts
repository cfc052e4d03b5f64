import { existsSync } from "node:fs";
import selection from "../support/citus/selection.json" with { type: "json" };
import { tests } from "./sources.ts";

const cannot: Readonly<Record<string, Readonly<Record<string, string>>>> = selection.cannot;

/** What a title begins with, up to what is put into it. */
function titlesIn(text: string): string[] {
  const found = text.matchAll(
    /(?:describe|it|watching)(?:\.each\([\s\S]*?\))?\(\s*["'`](.*?)(?:["'`],|%|\$)/g,
  );
  return [...found].map(([, title = ""]) => title);
}

describe("what is run on Citus", () => {
  it("is there", () => {
    const named = [...selection.suites, ...selection.ci, ...selection.alone];
    const missing = named.filter((path) => !tests.some((test) => test.path.startsWith(path)));
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(cannot))("leaves out of %s what is there", (path, names) => {
    expect({ path, exists: existsSync(path) }).toEqual({ path, exists: true });
    const titles = titlesIn(tests.find((test) => test.path === path)?.text ?? "");
    const begins = (name: string) => (title: string) =>
      title.startsWith(name) || (title !== "" && name.startsWith(title));
    const unknown = Object.keys(names).filter((name) => !titles.some(begins(name)));
    expect(unknown).toEqual([]);
  });
});
