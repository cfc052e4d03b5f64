const msInterval = 5_000;
const msMax = 4_000;

const words = {
  ready: "Ready",
  "not-ready": "Not ready: its database does not answer, or it starts or stops",
  away: "Does not answer",
} as const;

/** Says on the page whether the service is ready, as long as the page is seen. */
export function followReadiness(status: HTMLElement): void {
  const address = status.dataset["readyz"] ?? "";
  const look = async () => {
    if (!document.hidden) show(status, await stateOf(address));
    setTimeout(look, msInterval);
  };
  document.addEventListener("visibilitychange", async () => {
    if (!document.hidden) show(status, await stateOf(address));
  });
  void look();
}

async function stateOf(address: string): Promise<keyof typeof words> {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(msMax) });
    return answer.ok ? "ready" : "not-ready";
  } catch {
    return "away";
  }
}

function show(status: HTMLElement, state: keyof typeof words): void {
  if (status.textContent === words[state]) return;
  status.textContent = words[state];
  status.dataset["state"] = state;
}
