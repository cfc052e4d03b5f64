import type { ComponentChildren } from "preact";

export type Fact = readonly [label: string, content: ComponentChildren];

/** Names and what they are. @param areAmounts whether they stand at the right */
export function Facts({ of, areAmounts = false }: { of: readonly Fact[]; areAmounts?: boolean }) {
  return (
    <dl class="facts">
      {of.map(([label, content]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class={areAmounts ? "number" : undefined}>{content}</dd>
        </div>
      ))}
    </dl>
  );
}
