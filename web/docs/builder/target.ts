/** Where a link leads: to another page, or out. */
export type Target = { readonly document: string; readonly heading: string } | { readonly url: string };
