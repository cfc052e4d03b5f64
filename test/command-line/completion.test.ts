import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcess } from "../lifecycle/outcome.ts";

/** What is printed, also to the console, which is where the library prints. */
async function printed(...args: string[]): Promise<string[]> {
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const { stdout, ...ended } = await inProcess(args);
    expect(ended).toEqual({ code: 0, stderr: "" });
    return [...stdout.split("\n").slice(0, -1), ...log.mock.calls.flat().map(String)];
  } finally {
    log.mockRestore();
  }
}

/** What completes the last of some words. */
async function completed(...words: string[]): Promise<string[]> {
  const lines = await printed("complete", "--", ...words);
  return lines.slice(0, -1).map((line) => line.split("\t")[0] ?? "");
}

it("commands are completed, those below others too, and none that is hidden", async () => {
  expect(await completed("ver")).toEqual(["verify"]);
  expect(await completed("w")).toEqual(["watch"]);
  expect(await completed("complet")).toEqual(["completion"]);
  expect(await completed("credentials", "")).toEqual(
    expect.arrayContaining(["create", "list", "rotate", "revoke"]),
  );
  expect(await completed("credentials", "r")).toEqual(["rotate", "revoke"]);
});

it("options are completed with what they mean, and values where there are choices", async () => {
  const lines = await printed("complete", "--", "charge", "ann@example.com", "5", "--cu");
  expect(lines).toEqual(["--currency\tin which currency", ":4"]);
  expect(await completed("credentials", "create", "--role", "c")).toEqual(["charger", "creditor"]);
  expect(await completed("export", "--format", "")).toEqual(["ndjson", "csv"]);
  expect(await completed("export", "--organization", "")).toEqual([]);
  expect(await completed("completion", "z")).toEqual(["zsh"]);
});

it.each(["bash", "zsh", "fish"])("there is a script for %s, which asks the program", async (shell) => {
  expect((await printed("completion", shell)).join("\n")).toContain("tallystick complete --");
});

it("bash gives the program what was typed as words, runs none of it, and offers what the program prints", async () => {
  const script = (await printed("completion", "bash")).join("\n");
  const folder = mkdtempSync(join(tmpdir(), "tallystick-completion-"));
  /** The words that the program gets, and what is offered. */
  const atTab = (...words: string[]) => {
    const program = `tallystick() { printf '<%s>' "$@" >&2; printf -- '--format\\thow\\ncsv\\t\\n:4\\n'; }`;
    const completing = `COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _tallystick; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const lines = [program, script.replace("2>/dev/null", ""), completing].join("\n");
    const ended = spawnSync("bash", ["--norc", "-c", lines, "bash", "tallystick", ...words], {
      ...{ cwd: folder, encoding: "utf8" as const },
    });
    return { asked: ended.stderr, offered: ended.stdout.split("\n") };
  };
  const asked = "<complete><--><export><$(touch made)><`touch made`><>><made><;><touch made><--f>";
  const typed = ["export", "$(touch made)", "`touch made`", ">", "made", ";", "touch made", "--f"];
  expect(atTab(...typed)).toEqual({ asked, offered: ["--format", "csv", ""] });
  expect(atTab("export", "--format", "=", "c").asked).toBe("<complete><--><export><--format=c>");
  expect(atTab("charge", "ann", "@", "example.com", "").asked).toBe(
    "<complete><--><charge><ann@example.com><>",
  );
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

it.each(["bash", "zsh"])("the script for %s evaluates nothing", async (shell) => {
  expect((await printed("completion", shell)).join("\n")).not.toMatch(/eval|readonly|\bwords\[\*\]/);
});

it("there is none for other shells, and it says for which", async () => {
  const { code, stderr } = await inProcess(["completion", "tcsh"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("bash, zsh, fish"),
  });
});
