import type { AuditRecord } from "../../../../gen/tallystick/v1/audit_pb.ts";
import { changesOf } from "./difference.ts";

/** What an act changed, field by field: as it was, and as it became. */
export function Difference({ record: { before, after } }: { record: AuditRecord }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <span class="quiet">–</span>;
  return (
    <ul class="difference">
      {changes.map((change) => (
        <li key={change.name}>
          {wordsOf(change.name)}: {change.before !== undefined && <del>{change.before}</del>}{" "}
          {change.after === undefined ? <span class="quiet">gone</span> : <ins>{change.after}</ins>}
        </li>
      ))}
    </ul>
  );
}

/** `displayName` as people read it. */
function wordsOf(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
