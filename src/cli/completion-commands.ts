import { Argument, type Command } from "commander";
import type { Surrounded } from "./ask.ts";
import { endingHelp, examples } from "./help.ts";

/** Shells that a script can be written for. */
const shells = ["bash", "zsh", "fish"] as const;

/** The command that prints a script for a shell, and the one that the script asks at each tab. */
export function addCompletion(program: Command, { surroundings, done }: Surrounded): void {
  const load = () => import("./completion.ts");

  program
    .command("completion")
    .description("print a script by which a shell completes commands, options and their values")
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .addHelpText(
      "after",
      examples(
        ["In bash, for this terminal", "source <(tallystick completion bash)"],
        [
          "In zsh, from now on",
          "tallystick completion zsh > ~/.tallystick.zsh; echo source ~/.tallystick.zsh >> ~/.zshrc",
        ],
        ["In fish, from now on", "tallystick completion fish > ~/.config/fish/completions/tallystick.fish"],
      ),
    )
    .addHelpText("after", endingHelp("completion"))
    .action(async (shell: (typeof shells)[number]) => {
      (await load()).printScript(program, shell, surroundings);
      done(0);
    });

  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      (await load()).printCompletions(program, words);
      done(0);
    });
}
