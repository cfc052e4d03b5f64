import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { escaped } from "./code.ts";
import { hrefFrom } from "./page.ts";

/** Puts the pictures of pages where these are. */
export class Pictures {
  readonly #root: string;
  readonly #folder: string;

  /** @param folder where the pages go */
  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /**
   * The markup of a picture: of a drawing itself, so that its colours are those of the theme; of any other where it is; of one that is not
   * there its words.
   */
  show(source: string, { page, alt }: { readonly page: string; readonly alt: string }): string {
    const file = join(this.#root, source);
    if (!existsSync(file)) return `<em>${escaped(alt)}</em>`;
    if (source.endsWith(".svg")) return drawn(readFileSync(file, "utf8"), alt);
    const copy = join(this.#folder, source);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
    return `<img loading="lazy" src="${escaped(hrefFrom(page, source))}" alt="${escaped(alt)}">`;
  }
}

function drawn(svg: string, alt: string): string {
  const drawing = svg.slice(svg.indexOf("<svg")).replace(/<style>.*?<\/style>/s, "");
  return `<span class="picture">${drawing.replace("<svg", `<svg role="img" aria-label="${escaped(alt)}"`)}</span>`;
}
