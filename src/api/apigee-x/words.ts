/** What the operations of this face say beside their amounts. */
export const unworded = { source: "apigee", description: "", userId: "", metadata: {} } as const;
