import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { ComponentChildren } from "preact";
import type { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import type { Field } from "./field.ts";
import type { Values } from "./values.ts";

/** Something that can be done, as a form asks for it. */
export interface Operation {
  /** Names the form among all of them, by whatever name one came to its organization. */
  readonly id: string;
  /** What it is called where it is offered: `Credit`. */
  readonly label: string;
  /** What it is about, in a sentence. */
  readonly about: string;
  readonly needs: Permission;
  readonly method: DescMethodUnary;
  readonly fields: readonly Field[];
  readonly values: Values;
  /** The request, without its key and without `validateOnly`. */
  requestOf(values: Values): Record<string, unknown>;
  /** What is shown of the answer, in place of a balance before and after. */
  shown?(answer: object): ComponentChildren;
  /** What to do where it is not known whether it was done, and it has no key. */
  readonly inDoubt?: string;
}

/** Whether it counts once for its key. */
export function isKeyed({ method }: Operation): boolean {
  return "key" in method.input.field;
}

/** Whether it can be tried before it is done. */
export function canBeTried({ method }: Operation): boolean {
  return "validateOnly" in method.input.field;
}
