/** Keeps two reconcile runs from repairing at once. */
export interface Lock {
  /** Takes the lock for `leaseMs`, or answers undefined when somebody else holds it. */
  readonly acquire: (name: string, leaseMs: number) => Promise<Lease | undefined>
}

/** A lock that is held. `renew` rejects when the lease was lost. */
export interface Lease {
  readonly renew: () => Promise<void>
  readonly release: () => Promise<void>
}
