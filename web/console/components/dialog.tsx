import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useConsole } from "../app/console.ts";

/** A dialog of the browser's own: it keeps the focus inside, which begins in its first field, and Esc closes it. */
export function Dialog({
  title,
  describedBy,
  close,
  children,
}: {
  title: string;
  /** Ids of what is said before its first field, which who hears it would miss. */
  describedBy?: string;
  close: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { isLoggedIn } = useConsole();
  useLayoutEffect(() => {
    const element = dialog.current;
    // While it is open, nothing else can be used: not the log-in, either.
    if (!isLoggedIn) return;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-field]")?.focus();
    return () => element?.close();
  }, [isLoggedIn]);
  // By whoever looks at it: not by its own end, nor by that of the session.
  const closed = () => {
    if (isLoggedIn && dialog.current !== null) close();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} aria-describedby={describedBy} onClose={closed}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" onClick={close} aria-label="Close">
          ×
        </button>
      </div>
      {children}
    </dialog>
  );
}
