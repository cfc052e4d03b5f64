import { driverError } from "../errors.ts";
import { type ErrorFields, isRemoteLoss } from "../remote-errors.ts";

const notReached = /\bnode (?:[^\s@]+@)?(\S+:\d+) failed with the following error: (.*)/;
const notInTime = /\bto the node (\S+:\d+) (after \d+ ms)/;
const lost = /^while executing command on (\S+:\d+)/m;

/**
 * Which node of a distributed database could not be reached or was lost, and why, as its coordinator says it, in words for
 * one line; undefined of every other error.
 */
export function lostNode(error: unknown): string | undefined {
  const fields: ErrorFields = Object(driverError(error));
  const { code, message, where } = fields;
  const [said = ""] = String(message).split("\n");
  const [, name, reason] = notReached.exec(said) ?? notInTime.exec(said) ?? [];
  if (name !== undefined) return `${name}: ${reason}`;
  if (!isRemoteLoss(fields) && !(typeof code === "string" && code.startsWith("080"))) return undefined;
  const [, working] = lost.exec(String(where)) ?? [];
  return working === undefined ? said : `${working}: ${said}`;
}
