import { useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Failure, failureOf } from "../../api/failure.ts";
import { useConsole } from "../../app/console.ts";
import { Dialog } from "../dialog.tsx";
import { SameCalls } from "../same-calls.tsx";
import { ReasonLink, useSecondsLeft } from "../states.tsx";
import { Drafts, isStillInDoubt } from "./draft.ts";
import { type Effect, EffectTable } from "./effect.tsx";
import { FieldInput } from "./field-input.tsx";
import { canBeTried, isKeyed, type Operation } from "./operation.ts";
import type { Values } from "./values.ts";

/** What has become of the form. */
type Stage =
  | { readonly at: "editing" }
  | { readonly at: "asking"; readonly what: "try" | "do" }
  | { readonly at: "tried"; readonly effect: Effect }
  | { readonly at: "refused"; readonly what: "try" | "do"; readonly failure: Failure }
  | { readonly at: "done"; readonly effect: Effect };

interface OperationFormProps {
  readonly operation: Operation;
  close(): void;
  /** Something has changed, and what came of it was seen, or the form is closed: until then what it stands in stays as it was. */
  done(): void;
}

/**
 * Asks for an operation: first for what it would do, and then to do it. Its key is made once and sent with every try, so that it is done
 * once however often an answer is lost.
 */
export function OperationForm({ operation, close, done }: OperationFormProps) {
  const { api, caller } = useConsole();
  const drafts = useMemo(() => new Drafts(sessionStorage, caller.name), [caller]);
  const draft = useMemo(() => drafts.begin(operation.id, operation.values), [drafts, operation.id]);
  const [values, setValues] = useState<Values>(draft.values);
  const [stage, setStage] = useState<Stage>({ at: "editing" });
  /** Whether an answer to this key was lost, so that it may have been booked. */
  const isInDoubt = useRef(draft.isKept);
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  const isClosed = useRef(false);
  const [about, kept] = [useId(), useId()];
  useLayoutEffect(
    () => () => {
      isClosed.current = true;
    },
    [],
  );
  const failure = stage.at === "refused" ? stage.failure : undefined;
  const seconds = useSecondsLeft(failure?.retryAfterMs, failure);
  const triesFirst = canBeTried(operation);
  const request = () => ({
    ...operation.requestOf(values),
    ...(isKeyed(operation) && { key: draft.key }),
  });

  const ask = async (what: "try" | "do") => {
    setStage({ at: "asking", what });
    if (what === "do" && isKeyed(operation)) drafts.keep(operation.id, { key: draft.key, values });
    try {
      const asked = what === "try" ? { ...request(), validateOnly: true } : request();
      const effect = (await api.ask(operation.method, asked)) as Effect;
      if (what === "try") return setStage({ at: "tried", effect });
      // Nobody has seen it: who opens the form again asks under the same key, and is told.
      if (isClosed.current) return done();
      drafts.drop(operation.id);
      setStage({ at: "done", effect });
    } catch (error) {
      const failure = failureOf(error);
      if (what === "do" && !isClosed.current) {
        isInDoubt.current = isStillInDoubt(isInDoubt.current, failure);
        if (!isInDoubt.current) drafts.drop(operation.id);
      }
      setStage({ at: "refused", what, failure });
    }
  };
  // What had the focus loses it while it is asked.
  useLayoutEffect(() => {
    const [first] = failure?.violations.keys() ?? [];
    const field = first && form.current?.querySelector<HTMLElement>(`[data-field="${first}"]`);
    (field || outcome.current)?.focus();
  }, [stage]);

  const change = (name: string, value: string) => {
    setValues({ ...values, [name]: value });
    setStage({ at: "editing" });
  };
  const isAsking = stage.at === "asking";
  const isTried = stage.at === "tried" || (stage.at === "refused" && stage.what === "do") || !triesFirst;
  const submit = (event: Event) => {
    event.preventDefault();
    void ask(isTried ? "do" : "try");
  };

  if (stage.at === "done") {
    const leave = () => {
      close();
      done();
    };
    return (
      <Dialog title={operation.label} close={leave}>
        <div class="form">
          <p class="state done" role="status" ref={outcome} tabIndex={-1}>
            {stage.effect.receipt?.replay
              ? "This was booked already, under the same key: nothing was booked a second time. Here is its first receipt."
              : "Done."}
          </p>
          {operation.shown?.(stage.effect) ?? <EffectTable {...stage.effect} />}
          <div class="buttons">
            <button type="button" class="main" onClick={leave}>
              Close
            </button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={operation.label} describedBy={`${about} ${kept}`} close={close}>
      <form class="form" method="post" ref={form} onSubmit={submit}>
        <p id={about}>{operation.about}</p>
        {draft.isKept && (
          <p class="state notice" id={kept}>
            This form was sent before, and its answer did not arrive, or nobody saw it. It still has its key:
            to send it again books it once.
          </p>
        )}
        {operation.fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            fault={failure?.violations.get(field.name)}
            isDisabled={isAsking}
            change={(value) => change(field.name, value)}
          />
        ))}
        {isKeyed(operation) && (
          <p class="quiet">
            Key: <code data-key>{draft.key}</code>
          </p>
        )}
        {failure !== undefined && (
          <div ref={outcome} tabIndex={-1}>
            <Refused
              failure={failure}
              operation={operation}
              wasSent={stage.at === "refused" && stage.what === "do"}
            />
          </div>
        )}
        {stage.at === "tried" && (
          <div role="status" ref={outcome} tabIndex={-1}>
            <p>
              {stage.effect.receipt?.replay
                ? "This was booked already, under the same key. To send it books nothing."
                : "Nothing is booked yet. It would change this:"}
            </p>
            <EffectTable {...stage.effect} />
          </div>
        )}
        <div class="buttons">
          <button type="submit" class="main" disabled={isAsking || seconds > 0}>
            {buttonText()}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
        <SameCalls calls={[{ method: operation.method, request: request() }]} />
      </form>
    </Dialog>
  );

  function buttonText(): string {
    if (isAsking) return stage.what === "try" ? "Trying…" : "Sending…";
    if (seconds > 0) return `Try again in ${seconds} s`;
    if (stage.at === "refused" && stage.what === "do") return "Try again";
    return isTried ? operation.label : "See what it would do";
  }
}

interface RefusedProps {
  readonly failure: Failure;
  readonly operation: Operation;
  readonly wasSent: boolean;
}

function Refused({ failure, operation, wasSent }: RefusedProps) {
  return (
    <div class="state problem" role="alert">
      <p>
        <strong>{failure.message}</strong>
      </p>
      <p>
        Reason: <ReasonLink reason={failure.reason} />
      </p>
      {wasSent && failure.isInDoubt && (
        <p>
          {isKeyed(operation)
            ? "It may have been booked or not. “Try again” sends the same key, so that it is booked once, and tells."
            : `It may have been done or not. ${operation.inDoubt ?? "To do it again changes nothing more."}`}
        </p>
      )}
    </div>
  );
}
