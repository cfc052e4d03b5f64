/** Lets the keyboard scroll what is wider than the page; what is not needs no stop. */
export function reachByKeyboard(parts: Iterable<HTMLElement>): void {
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!(target instanceof HTMLElement)) continue;
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const part of parts) sizes.observe(part);
}
