import { useMemo, useState } from "preact/hooks";
import { Dialog } from "../components/dialog.tsx";
import { Drafts } from "../components/operation/draft.ts";
import { useConsole } from "./console.ts";

/**
 * Leaves nothing of the caller in the tab. A form whose answer was lost is the only place of its key: without it, whoever asks for the same
 * again may book it twice. So it goes only where somebody says so who has seen the key.
 */
export function LogOut() {
  const { session, caller } = useConsole();
  const drafts = useMemo(() => new Drafts(sessionStorage, caller.name), [caller]);
  const [inDoubt, setInDoubt] = useState<readonly string[]>([]);
  const leave = () => {
    for (const id of drafts.ids) drafts.drop(id);
    session.end();
  };
  const ask = () => {
    const { ids } = drafts;
    if (ids.length === 0) leave();
    else setInDoubt(ids);
  };
  const stay = () => setInDoubt([]);
  return (
    <>
      <button type="button" class="plain" onClick={ask}>
        Log out
      </button>
      {inDoubt.length > 0 && (
        <Dialog title="Log out" close={stay}>
          <div class="form">
            <p class="state notice">
              What was sent here and had no answer may have been booked or not. Its form has its key, and
              sends it again without booking it twice; the log-out forgets it.
            </p>
            <ul>
              {inDoubt.map((id) => (
                <li key={id}>
                  {id}: key <code>{drafts.begin(id, {}).key}</code>
                </li>
              ))}
            </ul>
            <div class="buttons">
              <button type="button" class="main" onClick={stay}>
                Stay
              </button>
              <button type="button" onClick={leave}>
                Log out and forget
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
