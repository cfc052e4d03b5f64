import { type Command as Described, RootCommand } from "@bomb.sh/tab";
import type { Command } from "commander";
import { completionScripts } from "./completion-scripts.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Prints what a shell runs to complete the program's arguments: it asks `complete` at each tab. The library's scripts for
 * bash and zsh evaluate what was typed.
 */
export function printScript(
  program: Command,
  shell: "bash" | "zsh" | "fish",
  { stdout }: Pick<Surroundings, "stdout">,
): void {
  if (shell === "fish") new RootCommand().setup(program.name(), program.name(), shell);
  else stdout.write(completionScripts[shell]);
}

/** Prints what may come in the place of the last of some words. */
export function printCompletions(program: Command, words: readonly string[]): void {
  const root = new RootCommand();
  describe(root, program);
  for (const [path, command] of commandsIn(program))
    describe(root.command(path, command.description()), command);
  root.parse([...words]);
}

/** All commands that the help shows, each with the words that lead to it. */
function commandsIn(parent: Command, path: readonly string[] = []): [string, Command][] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .flatMap((command) => {
      const words = [...path, command.name()];
      return [[words.join(" "), command], ...commandsIn(command, words)] as [string, Command][];
    });
}

/** Options that take a value of one's own complete to nothing, and those with choices to these. */
function describe(described: Described, command: Command): void {
  for (const { long, description, required, argChoices = [] } of command
    .createHelp()
    .visibleOptions(command)) {
    const name = long?.slice(2);
    if (name === undefined) continue;
    if (required) described.option(name, description, offering(argChoices));
    else described.option(name, description);
  }
  for (const argument of command.registeredArguments)
    described.argument(argument.name(), offering(argument.argChoices ?? []));
}

function offering(choices: readonly string[]) {
  return (complete: (value: string, description: string) => void) => {
    for (const choice of choices) complete(choice, "");
  };
}
