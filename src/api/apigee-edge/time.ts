import type { Form } from "../shared/form.ts";

const secondMs = 1_000;
const dayMs = 86_400_000;
const momentForm = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A moment as Edge prints it: `YYYY-MM-DD HH:mm:ss`, in UTC. */
export function timeText(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

/** What a request calls a moment: the first millisecond of it, and the first one after it. */
export interface Moment {
  readonly from: Date;
  readonly to: Date;
}

/** The second, or the day in UTC, of a request's text; undefined where it is empty or does not fit, which is refused. */
export function momentOf(form: Form, field: string, text: string): Moment | undefined {
  if (text === "") return undefined;
  const [, day, time = "00:00:00"] = momentForm.exec(text) ?? [];
  const from = new Date(`${day}T${time}Z`);
  // JavaScript takes February 30th for March 2nd.
  if (Number.isNaN(from.getTime()) || timeText(from) !== `${day} ${time}`) {
    form.refuse(field, "is not a time such as 2026-04-30, or 2026-04-30 23:59:59 in UTC");
    return undefined;
  }
  const lengthMs = text.includes(" ") ? secondMs : dayMs;
  return { from, to: new Date(from.getTime() + lengthMs) };
}
