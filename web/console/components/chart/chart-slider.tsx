import type { ComponentChildren } from "preact";

interface ChartSliderProps {
  readonly label: string;
  /** The point that is read, in words. */
  readonly spoken: string;
  readonly cursor: number;
  readonly last: number;
  move(cursor: number): void;
  readonly children: ComponentChildren;
}

/** A chart that the arrow keys read, point by point. */
export function ChartSlider({ label, spoken, cursor, last, move, children }: ChartSliderProps) {
  const press = (event: KeyboardEvent) => {
    const next = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    move(Math.min(Math.max(next, 0), last));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={cursor}
      aria-valuetext={spoken}
      onKeyDown={press}
    >
      {children}
    </div>
  );
}
