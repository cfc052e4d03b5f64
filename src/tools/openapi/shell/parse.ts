/** A piece of a word: text as it is, a variable, all arguments, or what a script prints. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "arguments" }
  | { readonly kind: "output"; readonly script: Script };

export type Word = readonly Piece[];

/** A command, or a function that is defined. */
export type Command =
  | { readonly kind: "call"; readonly words: readonly Word[]; readonly isPrinted: boolean }
  | { readonly kind: "function"; readonly name: string; readonly body: Script };

export type Script = readonly Command[];

/** Reads as much of the shell's language as the documentation uses. Loops and conditions are their commands, once. */
export function parseScript(text: string): Script {
  return new ScriptParser(text).parse();
}

const ofVariable = /\$(?:\{(\w+)\}|(\w+))/y;
const afterName = /^(\w+)\(\)$/;

class ScriptParser {
  #position = 0;

  constructor(private readonly text: string) {}

  parse(until?: "}" | ")"): Script {
    const commands: Command[] = [];
    for (;;) {
      this.#take(/(?:[\s;&]|\\\n)*/y);
      if (this.#position >= this.text.length) return commands;
      if (this.#take(/\)/y)) {
        if (until === ")") return commands;
      } else if (until === "}" && this.#take(/\}/y)) return commands;
      else commands.push(this.#command());
    }
  }

  #command(): Command {
    const words: Word[] = [];
    let isPrinted = true;
    for (;;) {
      this.#take(/(?:[ \t]|\\\n)*/y);
      if (words.length === 0 && this.#take(/#.*/y)) continue;
      if (this.#position >= this.text.length || this.#take(/[\n;]|&&|\|\||&/y) || this.#peek(")")) break;
      if (this.#take(/2?>&?|<(?!<)/y)) {
        isPrinted = false;
        this.#take(/[ \t]*/y);
        this.#word();
      } else if (this.#take(/<<'?(\w+)'?/y)) this.#skipHereDocument();
      else if (this.#take(/\|/y)) {
        isPrinted = false;
        this.#command();
        break;
      } else {
        const word = this.#word();
        const name = words.length === 0 ? afterName.exec(textOf(word) ?? "")?.[1] : undefined;
        if (name !== undefined) {
          this.#take(/\s*\{/y);
          return { kind: "function", name, body: this.parse("}") };
        }
        words.push(word);
      }
    }
    return { kind: "call", words, isPrinted };
  }

  #word(): Word {
    const pieces: Piece[] = [];
    const start = this.#position;
    for (;;) {
      const plain = this.#take(/(?:[^\s'"$\\;|&<>()]|\(\)|\\[^\n])+/y);
      const quoted = plain === undefined ? this.#take(/'[^']*'/y) : undefined;
      if (plain !== undefined) pieces.push({ kind: "text", text: plain.replace(/\\(.)/g, "$1") });
      else if (quoted !== undefined) pieces.push({ kind: "text", text: quoted.slice(1, -1) });
      else if (this.#peek("$")) pieces.push(this.#expansion());
      else if (this.#take(/"/y)) pieces.push(...this.#doubleQuoted());
      else break;
    }
    // What this does not know is passed over.
    if (this.#position === start) this.#position += 1;
    return pieces;
  }

  #doubleQuoted(): Piece[] {
    const pieces: Piece[] = [];
    while (this.#position < this.text.length && !this.#take(/"/y)) {
      const text = this.#take(/(?:[^"$\\]|\\[\s\S])+/y);
      pieces.push(
        text === undefined ? this.#expansion() : { kind: "text", text: text.replace(/\\(["$\\`])/g, "$1") },
      );
    }
    return pieces;
  }

  #expansion(): Piece {
    if (this.#take(/\$\(/y)) return { kind: "output", script: this.parse(")") };
    if (this.#take(/\$@/y)) return { kind: "arguments" };
    ofVariable.lastIndex = this.#position;
    const [all = "$", braced, plain] = ofVariable.exec(this.text) ?? [];
    this.#position += all.length;
    const name = braced ?? plain;
    return name === undefined ? { kind: "text", text: all } : { kind: "variable", name };
  }

  #skipHereDocument(): void {
    const [, end = ""] = /<<'?(\w+)'?$/.exec(this.text.slice(0, this.#position)) ?? [];
    const found = this.text.indexOf(`\n${end}\n`, this.#position);
    this.#position = found < 0 ? this.text.length : found + 1 + end.length;
  }

  #peek(character: string): boolean {
    return this.text[this.#position] === character;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }
}

function textOf(word: Word): string | undefined {
  const [piece, ...others] = word;
  return piece?.kind === "text" && others.length === 0 ? piece.text : undefined;
}
