import { useState } from "preact/hooks";
import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { Role } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { useConsole, useMay } from "../../app/console.ts";
import type { Operation } from "./operation.ts";
import { OperationForm } from "./operation-form.tsx";

interface OperationButtonProps {
  readonly operation: Operation;
  /** Why it cannot be done now, whoever asks; undefined where it can. */
  readonly obstacle?: string | undefined;
  done(): void;
}

/** Offers an operation; where it cannot be done, the button says why. */
export function OperationButton({ operation, obstacle, done }: OperationButtonProps) {
  const { caller } = useConsole();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const permission = Permission[operation.needs]?.toLowerCase().replaceAll("_", " ");
  const reason = may(operation.needs)
    ? obstacle
    : `The role ${Role[caller.role]?.toLowerCase()} does not have the permission “${permission}”.`;
  return (
    <>
      <button
        type="button"
        aria-disabled={reason !== undefined}
        title={reason}
        onClick={() => reason === undefined && setOpen(true)}
      >
        {operation.label}
        {reason !== undefined && <span class="unseen"> ({reason})</span>}
      </button>
      {isOpen && <OperationForm operation={operation} close={() => setOpen(false)} done={done} />}
    </>
  );
}
