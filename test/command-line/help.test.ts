import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endings, exitCodes } from "../../src/cli/help.ts";
import { clientSettings } from "../../src/cli/remote/settings.ts";
import { settings } from "../../src/config.ts";
import { inProcess } from "../lifecycle/outcome.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/command-line.md"), "utf8");

async function helpOf(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await inProcess([...words, "--help"]);
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
  return stdout;
}

/** Every command that does something, with its help. */
async function commands(words: readonly string[] = []): Promise<[string, string][]> {
  const help = await helpOf(words);
  const [, list] = /^Commands:\n((?: .*\n)+)/m.exec(help) ?? [];
  if (list === undefined) return [[words.join(" "), help]];
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name);
  const below = names.filter((name) => name !== "help").map((name) => commands([...words, name]));
  return (await Promise.all(below)).flat();
}

it("every command has examples in its help, and a section of the page that names its options", async () => {
  const all = await commands();
  expect(all.length).toBeGreaterThan(9);
  for (const [name, help] of all) {
    expect({ name, help }).toEqual({ name, help: expect.stringContaining(`$ tallystick ${name}`) });
    expect(page).toContain(`\n## \`tallystick ${name}\`\n`);
    for (const [option = ""] of help.matchAll(/(?<=^ {2})--[a-z-]+/gm))
      expect({ name, option, isThere: page.includes(`\`${option}`) }).toEqual({
        name,
        option,
        isThere: true,
      });
  }
  const sections = [...page.matchAll(/^## `tallystick (.*)`$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(all.map(([name]) => name).sort());
});

it("every command says in its help what it ends with, and whether it asks a server or the database of the settings", async () => {
  for (const [name, help] of await commands()) {
    const ends: Readonly<Record<string, string>> =
      name in endings ? endings[name as keyof typeof endings] : exitCodes;
    for (const [code, meaning] of Object.entries(ends)) {
      expect({ name, help }).toEqual({ name, help: expect.stringContaining(`  ${code}  ${meaning}\n`) });
      if (ends !== exitCodes && exitCodes[code as never] !== meaning)
        expect(page).toContain(`| ${name} | ${code} | ${meaning} |`);
    }
    const asks = name === "completion" || /TALLYSTICK_SERVER|DATABASE_URL/.test(help);
    expect({ name, asks }).toEqual({ name, asks: true });
  }
});

it("the help of serve lists every setting, and the program's help every exit code, as the page does", async () => {
  const help = await helpOf(["serve"]);
  for (const [name, { default: standing, meaning, allowed }] of Object.entries(settings))
    expect(help).toContain(`  ${name}\n    ${meaning}\n    Takes ${allowed}.\n    Default: ${standing}\n`);
  for (const [name, setting] of Object.entries(clientSettings))
    expect(page).toContain(`| \`${name}\` | ${setting.default} | ${setting.meaning} | ${setting.allowed} |`);
  const program = await helpOf([]);
  for (const [code, meaning] of Object.entries(exitCodes)) {
    expect(program).toContain(`  ${code}  ${meaning}\n`);
    expect(page).toContain(`| ${code} | ${meaning} |`);
  }
});
