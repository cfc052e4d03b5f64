import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Permission } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { Caller } from "../../../gen/tallystick/v1/credential_pb.ts";
import type { Api } from "../api/api.ts";
import type { Session } from "../session/session.ts";

/** What every view works with. */
export interface Console {
  readonly api: Api;
  readonly session: Session;
  /** Who is logged in, or was until a moment ago. */
  readonly caller: Caller;
  /** False while what is shown waits, out of sight, for the same caller to come back. */
  readonly isLoggedIn: boolean;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error("outside of the console");
  return found;
}

/** Whether the caller may do something, so that what it may not is not offered. */
export function useMay(): (permission: Permission) => boolean {
  const { caller } = useConsole();
  return (permission) => caller.permissions.includes(permission);
}
