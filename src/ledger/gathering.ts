/** Operations that are worth a batch: what it costs by itself is then a small part of what they cost. */
const worthwhileOperations = 128;

interface Organization {
  batches: number;
  /** How long its next batch has waited for more operations. */
  patience: "not begun" | "waits" | "is over";
}

/**
 * When the next batch of an organization may begin. A batch by itself costs this process and PostgreSQL as much as
 * dozens of operations in it, so where the processor is the bound many small ones take more time than they save. The first
 * begins at once, so that a service with little to do lets nobody wait; a further one waits until so many operations are
 * there, until all before it have ended, or until there is time to spare.
 */
export class Gathering {
  private readonly organizations = new Map<string, Organization>();

  /**
   * `onDue` is called where a batch has waited for long enough.
   * @param whenSpare calls back once there is time to spare
   */
  constructor(
    private readonly onDue: () => void,
    private readonly whenSpare: (callback: () => void) => unknown,
  ) {}

  /** Whether the next batch may begin now, of so many operations that wait. */
  isDue(orgId: string, operations: number): boolean {
    const organization = this.organizations.get(orgId);
    if (organization === undefined || operations >= worthwhileOperations) return true;
    if (organization.patience === "not begun") this.wait(organization);
    return organization.patience === "is over";
  }

  begin(orgId: string): void {
    const batches = (this.organizations.get(orgId)?.batches ?? 0) + 1;
    this.organizations.set(orgId, { batches, patience: "not begun" });
  }

  end(orgId: string): void {
    const organization = this.organizations.get(orgId);
    if (organization === undefined) throw new Error(`no batch of ${orgId} is under way`);
    organization.batches -= 1;
    if (organization.batches === 0) this.organizations.delete(orgId);
  }

  private wait(organization: Organization): void {
    organization.patience = "waits";
    this.whenSpare(() => {
      organization.patience = "is over";
      this.onDue();
    });
  }
}
