import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { Api } from "../api/api.ts";
import type { LoggedIn, Session } from "../session/session.ts";
import { useSession } from "../session/use-session.ts";
import { ConsoleContext } from "./console.ts";
import { Login } from "./login.tsx";
import { Shell } from "./shell.tsx";

export function App({ session }: { session: Session }) {
  const state = useSession(session);
  const api = useMemo(() => new Api(session), [session]);
  const [last, setLast] = useState<LoggedIn>();
  useLayoutEffect(() => {
    if ("caller" in state) setLast(state);
    else if (state.because === "") setLast(undefined);
  }, [state]);
  const loggedIn = "caller" in state ? state : undefined;
  const shown = loggedIn ?? last;
  return (
    <>
      {loggedIn === undefined && "because" in state && <Login api={api} session={session} state={state} />}
      {shown !== undefined && (
        // Where a session ended by itself, what was being written is there when the same caller comes back.
        <div hidden={loggedIn === undefined} key={`${shown.caller.name} ${shown.caller.role}`}>
          <ConsoleContext.Provider value={{ api, session, caller: shown.caller }}>
            <Shell />
          </ConsoleContext.Provider>
        </div>
      )}
    </>
  );
}
