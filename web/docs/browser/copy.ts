/** How long it says that it has copied. */
const saidMs = 1_500;

/** A button at each block of code that copies it, where the browser lets a page do so. */
export function addCopyButtons(blocks: Iterable<HTMLElement>): void {
  if (navigator.clipboard === undefined) return;
  for (const block of blocks) {
    const frame = document.createElement("div");
    frame.className = "code";
    block.replaceWith(frame);
    frame.append(block, copyButton(block.textContent ?? ""));
  }
}

function copyButton(text: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Not copied",
    );
    button.textContent = copied;
    setTimeout(() => {
      button.textContent = "Copy";
    }, saidMs);
  });
  return button;
}
