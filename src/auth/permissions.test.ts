import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Permission, permissions, permissionsOf, roles } from "./permissions.ts";

it("is what docs/concepts/roles-and-ceilings.md says", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/concepts/roles-and-ceilings.md"), "utf8");
  const [header = "", , ...rows] = /^\| permission \|.*\n(\|.*\n)+/m.exec(page)?.[0].trim().split("\n") ?? [];
  const cells = (row: string) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...columns] = cells(header);
  expect(columns).toEqual(roles);
  const documented = rows.map((row) => {
    const [what = "", ...may] = cells(row);
    const [name = ""] = what.split(/[:,]/);
    const camelCase = name.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
    return [camelCase, columns.filter((_, index) => may[index] === "yes")];
  });
  const said = permissions.map((permission) => [
    permission,
    roles.filter((role) => (permissionsOf[role] as readonly Permission[]).includes(permission)),
  ]);
  expect(documented).toEqual(said);
});
