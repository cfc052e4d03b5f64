import { useEffect, useState } from "preact/hooks";
import type { Session, SessionState } from "./session.ts";

export function useSession(session: Session): SessionState {
  const [state, setState] = useState(session.state);
  useEffect(() => session.listen(() => setState(session.state)), [session]);
  return state;
}
