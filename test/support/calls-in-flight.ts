/** How many calls have begun and not ended, by a service whose metrics everybody may read. */
export async function callsInFlight(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const figures = [...text.matchAll(/^tallystick_calls_in_flight\{.*\} (\d+)$/gm)];
  return figures.reduce((sum, [, figure]) => sum + Number(figure), 0);
}
