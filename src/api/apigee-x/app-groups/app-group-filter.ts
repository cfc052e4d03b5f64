import { charactersIn } from "../../../domain/text.ts";
import type { AppGroupFilter } from "../../../store/customers/app-groups.ts";
import type { Form } from "../../shared/form.ts";
import { stateNamed } from "../status.ts";
import { type Condition, conditionsOf } from "./filter-conditions.ts";

const charactersMax = 4_096;
const example = "status=active, channelId=portal or channelUri=https://portal.example";

/** Which app groups a filter means: `status=active AND channelId=portal`. A value may stand in double quotes. */
export function filterOf(form: Form, text: string): AppGroupFilter {
  const filter = form.text("filter", text, { charactersMax }).trim();
  if (filter === "" || charactersIn(filter) > charactersMax) return {};
  const conditions = conditionsOf(filter)?.map(wantedBy) ?? [undefined];
  const wanted: AppGroupFilter = Object.assign({}, ...conditions);
  const isPlain = conditions.every((condition) => condition !== undefined);
  if (!isPlain) form.refuse("filter", `is not ${example}, nor several of these with AND between`);
  else if (Object.keys(wanted).length < conditions.length) form.refuse("filter", "says something twice");
  return wanted;
}

function wantedBy({ name, value }: Condition): AppGroupFilter | undefined {
  if (name === "channelId") return { channelId: value };
  if (name === "channelUri") return { channelUri: value };
  const state = name === "status" ? stateNamed(value) : undefined;
  return state && { state };
}
