/** So many operations are worth a batch: its own cost is then a small part of theirs. */
const worthwhileOperations = 128;

interface Organization {
  batches: number;
  /** How long its next batch has waited for more operations. */
  patience: "not begun" | "waits" | "is over";
}

/**
 * Decides when the next batch of an organization may begin. A batch by itself costs this process and PostgreSQL as much as
 * dozens of operations, so under load many small batches cost more time than they save. The first batch begins at once, so
 * nobody waits while there is little to do. A further one begins when enough operations wait, when all batches before it have
 * ended, or when this process has time to spare.
 */
export class Gathering {
  private readonly organizations = new Map<string, Organization>();

  /**
   * @param onDue called when a batch has waited for long enough
   * @param whenSpare calls back once there is time to spare
   */
  constructor(
    private readonly onDue: () => void,
    private readonly whenSpare: (callback: () => void) => unknown,
  ) {}

  /** Whether the next batch may begin now, where so many operations wait. */
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
