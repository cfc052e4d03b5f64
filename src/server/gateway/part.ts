import type { DescMessage } from "@bufbuild/protobuf";
import { ExactNumber, type WrittenJson } from "../json/exact.ts";
import { findField, hasFields } from "../json/fields.ts";

/** What is wanted of an answer: all of it, or of an object these members. `*` stands for those without one of their own. */
export type Part = "all" | { readonly members: ReadonlyMap<string, Part> };

/** What the names of a part are looked up in: a message, nothing, or, beneath `*`, whatever there may be. */
type Scope = DescMessage | "any" | undefined;

/** Longest text that says which part of an answer is wanted. */
export const partCharactersMax = 4_096;
const depthMax = 32;

/** Text that does not name a part of an answer; the message says why. */
export class BadPart extends Error {}

/**
 * Reads which part of an answer is wanted, in the words of Google's partial responses: `a,b(c,d),e/f,*`. Names are those
 * of the JSON or of the proto.
 *
 * @param scope the message that the answer is; undefined where it has no fields
 * @throws BadPart
 */
export function parsePart(text: string, scope: DescMessage | undefined): Part {
  if (text.length > partCharactersMax) throw new BadPart(`has more than ${partCharactersMax} characters`);
  return new PartParser(text).parse(scope);
}

/** The members of a JSON value that a part names, in the order in which they stand there. */
export function selectPart(json: WrittenJson, part: Part): WrittenJson {
  if (part === "all" || json === null || typeof json !== "object" || json instanceof ExactNumber) return json;
  if (Array.isArray(json)) return json.map((element) => selectPart(element, part));
  const selected: Record<string, WrittenJson> = {};
  for (const [name, value] of Object.entries(json)) {
    const wanted = part.members.get(name) ?? part.members.get("*");
    if (wanted === "all" || (wanted !== undefined && hasMembers(value)))
      selected[name] = selectPart(value, wanted);
  }
  return selected;
}

/** Whether it is an object, or objects. */
function hasMembers(json: WrittenJson): boolean {
  const one = Array.isArray(json) ? json[0] : json;
  return one !== null && typeof one === "object" && !(one instanceof ExactNumber);
}

class PartParser {
  private position = 0;

  constructor(private readonly text: string) {}

  parse(scope: Scope): Part {
    const part = this.parseMembers(scope, 0);
    if (this.position < this.text.length) this.fail(`"${this.text[this.position]}" is not expected`);
    return part;
  }

  private parseMembers(scope: Scope, depth: number): Part {
    const members = new Map<string, Part>();
    do {
      const { name, part } = this.parseMember(scope, depth);
      members.set(name, merged(members.get(name), part));
    } while (this.take(","));
    return { members };
  }

  private parseMember(scope: Scope, depth: number): { name: string; part: Part } {
    const [text = this.fail("a field's name is expected")] = /^(?:\*|\w+)/.exec(this.rest()) ?? [];
    const { name, inner } = this.lookUp(scope, text);
    this.position += text.length;
    if (depth > depthMax) this.fail(`nests deeper than ${depthMax} levels`);
    if (this.take("/")) {
      const next = this.parseMember(inner, depth + 1);
      return { name, part: { members: new Map([[next.name, next.part]]) } };
    }
    if (!this.take("(")) return { name, part: "all" };
    const part = this.parseMembers(inner, depth + 1);
    if (!this.take(")")) this.fail('")" is expected');
    return { name, part };
  }

  private lookUp(scope: Scope, text: string): { name: string; inner: Scope } {
    if (text === "*" && scope !== undefined) return { name: text, inner: "any" };
    if (scope === "any") return { name: text, inner: "any" };
    const field = scope && findField(scope, text);
    if (field === undefined) this.fail(`there is no field "${text}"`);
    return { name: field.jsonName, inner: hasFields(field) ? field.message : undefined };
  }

  private rest(): string {
    return this.text.slice(this.position);
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  private fail(problem: string): never {
    throw new BadPart(
      `is not a selection of fields such as a,b(c,d),e/f: ${problem} at ${this.position + 1}`,
    );
  }
}

function merged(known: Part | undefined, other: Part): Part {
  if (known === undefined) return other;
  if (known === "all" || other === "all") return "all";
  const members = new Map(known.members);
  for (const [name, part] of other.members) members.set(name, merged(members.get(name), part));
  return { members };
}
