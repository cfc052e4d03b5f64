import { type Command, type Piece, parseScript, type Script, type Word } from "./parse.ts";

/** A word of a call. What only a run could tell of it has the name of its variable in its place. */
export interface CalledWord {
  readonly text: string;
  readonly isKnown: boolean;
}

/** A command that would be called. */
export interface Call {
  readonly words: readonly CalledWord[];
  /** Whether its output is what the script prints, and not lost or made something else. */
  readonly isPrinted: boolean;
}

const beginnings = new Set(["!", "do", "else", "if", "then", "while"]);

/** Follows scripts, one after another, without running anything: what they would call. */
export class Shell {
  readonly #variables = new Map<string, CalledWord>();
  readonly #functions = new Map<string, Script>();

  /** The calls of commands that are no functions of the scripts, in order. */
  run(text: string): Call[] {
    return this.#runAll(parseScript(text), [], true);
  }

  #runAll(script: Script, args: Args, isPrinted: boolean): Call[] {
    return script.flatMap((command) => this.#runOne(command, args, isPrinted));
  }

  #runOne(command: Command, args: Args, isShown: boolean): Call[] {
    if (command.kind === "function") {
      this.#functions.set(command.name, command.body);
      return [];
    }
    const isPrinted = command.isPrinted && isShown;
    const calls: Call[] = [];
    const words = command.words.flatMap((word) => this.#expand(word, args, calls));
    while (words[0] !== undefined && (beginnings.has(words[0].text) || this.#assign(words[0]))) words.shift();
    const [name, ...rest] = words;
    if (name === undefined) return calls;
    const body = this.#functions.get(name.text);
    return body === undefined
      ? [...calls, { words, isPrinted }]
      : [...calls, ...this.#runAll(body, rest, isPrinted)];
  }

  #assign({ text, isKnown }: CalledWord): boolean {
    const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) return false;
    this.#variables.set(name, isKnown ? { text: value, isKnown } : unknown(name));
    return true;
  }

  #expand(word: Word, args: Args, calls: Call[]): readonly CalledWord[] {
    if (word.length === 1 && word[0]?.kind === "arguments") return args;
    const pieces = word.map((piece) => this.#piece(piece, args, calls));
    const text = pieces.map((piece) => piece.text).join("");
    return [{ text, isKnown: pieces.every(({ isKnown }) => isKnown) }];
  }

  #piece(piece: Piece, args: Args, calls: Call[]): CalledWord {
    switch (piece.kind) {
      case "text":
        return { text: piece.text, isKnown: true };
      case "arguments":
        return {
          text: args.map(({ text }) => text).join(" "),
          isKnown: args.every(({ isKnown }) => isKnown),
        };
      case "variable": {
        const { name } = piece;
        const known = /^\d+$/.test(name) ? args[Number(name) - 1] : this.#variables.get(name);
        return known ?? unknown(name);
      }
      case "output":
        calls.push(...this.#runAll(piece.script, args, false));
        return unknown("output");
    }
  }
}

type Args = readonly CalledWord[];

function unknown(name: string): CalledWord {
  return { text: name.toLowerCase(), isKnown: false };
}
