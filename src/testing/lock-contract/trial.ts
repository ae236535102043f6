import assert from 'node:assert/strict'
import type { Lease, Lock } from '../../ports/lock.ts'
import type { LockContractOptions } from '../lock-contract.ts'

/** One clause's locks, and its name in them. */
export interface Trial extends Pick<LockContractOptions, 'create' | 'pass'> {
  readonly one: Lock
  readonly other: Lock
  readonly lock: string
  readonly leaseMs: number
  readonly graceMs: number
}

export const free = 'a free lock is taken'
export const isHeld = 'a lock that is held is not taken'

export async function take(from: Lock, { lock, leaseMs }: Trial, message: string): Promise<Lease> {
  const lease = await from.acquire(lock, leaseMs)
  assert.ok(lease, message)
  return lease
}

export async function refuse(from: Lock, { lock, leaseMs }: Trial, message: string): Promise<void> {
  assert.equal((await from.acquire(lock, leaseMs)) ?? undefined, undefined, message)
}

const many = 12

/** Many ask for one lock at the same time. */
export async function contend({ create, lock, leaseMs }: Trial): Promise<readonly Lease[]> {
  const locks = await Promise.all(Array.from({ length: many }, async () => create()))
  const answers = await Promise.all(locks.map((one) => one.acquire(lock, leaseMs)))
  const leases = answers.filter((lease) => lease !== undefined)
  assert.equal(leases.length, 1, 'one of those who want a free lock at the same time gets it')
  return leases
}

/** Taken by one, left, and taken by another. */
export async function usurped(trial: Trial): Promise<readonly [former: Lease, present: Lease]> {
  const former = await take(trial.one, trial, free)
  await trial.pass(trial.leaseMs * 1.1 + trial.graceMs)
  return [former, await take(trial.other, trial, 'a lease that ended does not hold for ever')]
}
