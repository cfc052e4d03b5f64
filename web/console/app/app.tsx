import { useMemo, useRef } from "preact/hooks";
import type { Caller } from "../../../gen/tallystick/v1/credential_pb.ts";
import { Api } from "../api/api.ts";
import type { LoggedIn, Session } from "../session/session.ts";
import { useSession } from "../session/use-session.ts";
import { ConsoleContext } from "./console.ts";
import { Login } from "./login.tsx";
import { Shell } from "./shell.tsx";

export function App({ session }: { session: Session }) {
  const state = useSession(session);
  const api = useMemo(() => new Api(session), [session]);
  const last = useRef<LoggedIn>(null);
  if ("caller" in state) last.current = state;
  else if (state.because === "") last.current = null;
  const shown = last.current;
  const isLoggedIn = "caller" in state;
  return (
    <>
      {shown !== null && (
        // Where a session ended by itself, what was being written is there when the same caller comes back.
        <div hidden={!isLoggedIn} key={keyOf(shown.caller)}>
          <ConsoleContext.Provider value={{ api, session, caller: shown.caller, isLoggedIn }}>
            <Shell />
          </ConsoleContext.Provider>
        </div>
      )}
      {!isLoggedIn && <Login api={api} session={session} state={state} />}
    </>
  );
}

/** Another one for whoever may see or do something else. */
function keyOf({ name, role, organization }: Caller): string {
  return JSON.stringify([name, role, organization?.id]);
}
