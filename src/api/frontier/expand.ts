/** Whether a request asks for a relation in full, in whatever case it writes its name. */
export function isExpanded(request: { readonly expand: readonly string[] }, name: string): boolean {
  return request.expand.some((asked) => asked.toLowerCase() === name);
}
