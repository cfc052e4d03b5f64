import { useId } from "preact/hooks";
import { useOrganization } from "../../app/organization.tsx";
import type { Field } from "./field.ts";

interface FieldInputProps {
  readonly field: Field;
  readonly value: string;
  /** What the service says is wrong with it. */
  readonly fault: string | undefined;
  readonly isDisabled: boolean;
  change(value: string): void;
}

export function FieldInput(props: FieldInputProps) {
  const { field, fault } = props;
  const id = useId();
  const about = [field.hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  const describedBy = about === "" ? {} : { "aria-describedby": about };
  return (
    <label for={id}>
      {field.kind !== "flag" && field.label}
      <Input {...props} more={{ ...describedBy, id, "aria-invalid": fault !== undefined }} />
      {field.kind === "flag" && ` ${field.label}`}
      {field.hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {field.hint}
        </span>
      )}
      {fault !== undefined && (
        <span class="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </label>
  );
}

function Input({
  field,
  value,
  isDisabled: disabled,
  change,
  more,
}: FieldInputProps & { readonly more: object }) {
  const { currencies } = useOrganization();
  const onInput = (event: { currentTarget: { value: string } }) => change(event.currentTarget.value);
  const common = { ...more, disabled, required: field.isRequired === true, "data-field": field.name };
  switch (field.kind) {
    case "choice":
      return (
        <select {...common} value={value} onInput={onInput}>
          {field.choices?.map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </select>
      );
    case "currency":
      if (currencies.length === 0)
        return (
          <input
            {...common}
            type="text"
            value={value}
            autocomplete="off"
            spellcheck={false}
            onInput={onInput}
          />
        );
      return (
        <select {...common} value={value} onInput={onInput}>
          {value !== "" && !currencies.some(({ code }) => code === value) && (
            <option value={value}>{value}</option>
          )}
          {currencies.map(({ code, displayName }) => (
            <option key={code} value={code}>
              {code === displayName ? code : `${code}, ${displayName}`}
            </option>
          ))}
        </select>
      );
    case "moment":
      return <input {...common} type="datetime-local" step="1" value={value} onInput={onInput} />;
    case "flag":
      return (
        <input
          {...more}
          type="checkbox"
          disabled={disabled}
          data-field={field.name}
          checked={value === "yes"}
          onInput={(event) => change(event.currentTarget.checked ? "yes" : "")}
        />
      );
    default:
      return (
        <input
          {...common}
          type="text"
          inputMode={field.kind === "amount" ? "decimal" : "text"}
          value={value}
          autocomplete="off"
          onInput={onInput}
        />
      );
  }
}
