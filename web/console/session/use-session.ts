import { useLayoutEffect, useState } from "preact/hooks";
import type { Session, SessionState } from "./session.ts";

export function useSession(session: Session): SessionState {
  const [state, setState] = useState(session.state);
  useLayoutEffect(() => session.listen(() => setState(session.state)), [session]);
  return state;
}
