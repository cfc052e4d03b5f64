/** Whether a request asks for a relation in full, by one of its names in whatever case. */
export function isExpanded(
  request: { readonly expand: readonly string[] },
  ...names: readonly string[]
): boolean {
  return request.expand.some((asked) => names.includes(asked.toLowerCase()));
}
