/** What in a row has a use of its own for a click. */
const ownClick = "a, button, input, select, textarea, label, summary, dialog";

/**
 * Follows the link to the item of a row, if it has one, wherever the row was clicked. Whoever works by keyboard or hears the page
 * has the link itself, so the row is nothing more to them. A click that ends the selection of a text follows nothing.
 */
export function followRow(event: MouseEvent): void {
  const { target, currentTarget: row } = event;
  if (!(target instanceof Element && row instanceof Element) || target.closest(ownClick) !== null) return;
  const selection = getSelection();
  if (selection !== null && !selection.isCollapsed && selection.containsNode(row, true)) return;
  const { ctrlKey, metaKey, shiftKey } = event;
  // With its modifiers, by which a browser opens another tab or window.
  row
    .querySelector("a.item")
    ?.dispatchEvent(new MouseEvent("click", { cancelable: true, ctrlKey, metaKey, shiftKey }));
}
