import { inProcess } from "../lifecycle/outcome.ts";

/** What is printed to the console, which is where the library prints. */
async function printed(...args: string[]): Promise<string[]> {
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    expect(await inProcess(args)).toEqual({ code: 0, stdout: "", stderr: "" });
    return log.mock.calls.flat().map(String);
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

it("there is none for other shells, and it says for which", async () => {
  const { code, stderr } = await inProcess(["completion", "tcsh"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("bash, zsh, fish"),
  });
});
