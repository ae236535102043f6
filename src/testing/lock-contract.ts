import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Lock } from '../ports/lock.ts'
import type { Clause } from './clause.ts'
import { contend, free, isHeld, refuse, take, type Trial, usurped } from './lock-contract/trial.ts'

/** A lock's maker, and its time. */
export interface LockContractOptions {
  /** A lock of another process: all that are made share one store. */
  readonly create: () => Lock | Promise<Lock>
  /** Lets so many milliseconds pass on the clock of every lock. */
  readonly pass: (ms: number) => void | Promise<void>
  /** How long after the end of a lease that nobody let go the lock is free, at the latest. Default 0. */
  readonly graceMs?: number | undefined
  /** How long the clauses' leases last, in milliseconds. Default 60,000. */
  readonly leaseMs?: number | undefined
}

/**
 * What a lock promises, as clauses for any test runner: one holder at a time, and none for ever.
 *
 * @example
 * for (const { name, check } of lockContract({ create: () => myLock({ clock }), pass: clock.advance })) test(name, check)
 */
export function lockContract({ create, pass, graceMs = 0, leaseMs = 60_000 }: LockContractOptions): readonly Clause[] {
  const clause = (name: string, check: (trial: Trial) => Promise<void>): Clause => ({
    name,
    check: async () => {
      const [one, other] = [await create(), await create()]
      await check({ one, other, create, pass, graceMs, leaseMs, lock: `contract/${randomUUID()}` })
    },
  })
  return [
    clause('a free lock is taken, and then nobody gets it until it is let go', held),
    clause('whoever holds it does not get it twice', notTwice),
    clause('of many who want it at the same time, one gets it', oneOfMany),
    clause('locks of other names are other locks', otherNames),
    clause('after a crash it is free once its lease has ended', crashed),
    clause('a lease that is renewed lasts', renewed),
    clause('a lease that was lost to somebody else cannot be renewed, and its renewal takes nothing', lost),
    clause('a lease that was let go cannot be renewed', letGo),
    clause('who lost a lease does not let the lock go, and to let go twice does nothing', formerOwner),
    clause('of many who want what was left by a crash, one gets it', oneOfManyLate),
  ]
}

async function held(trial: Trial): Promise<void> {
  const lease = await take(trial.one, trial, free)
  await refuse(trial.other, trial, isHeld)
  await lease.release()
  await take(trial.other, trial, 'a lock that was let go is free at once')
}

async function notTwice(trial: Trial): Promise<void> {
  const lease = await take(trial.one, trial, free)
  await refuse(trial.one, trial, 'whoever holds a lock does not get it again')
  await lease.renew()
  await lease.release()
}

async function oneOfMany(trial: Trial): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const [lease] = await contend(trial)
    await lease?.release()
  }
}

async function otherNames(trial: Trial): Promise<void> {
  const names = [trial.lock, `${trial.lock} `, `${trial.lock}/1-of-4`, `${trial.lock}é"'\u{1f600}`]
  for (const lock of names) await take(trial.one, { ...trial, lock }, 'a lock of another name is free')
  for (const lock of names) await refuse(trial.other, { ...trial, lock }, isHeld)
}

async function crashed(trial: Trial): Promise<void> {
  await take(trial.one, trial, free)
  await trial.pass(trial.leaseMs * 0.9)
  await refuse(trial.other, trial, 'a lease holds until its end')
  await trial.pass(trial.leaseMs * 0.2 + trial.graceMs)
  await take(trial.other, trial, 'a lease that ended does not hold for ever')
}

async function renewed(trial: Trial): Promise<void> {
  const lease = await take(trial.one, trial, free)
  for (let time = 0; time < 4; time++) {
    await trial.pass(trial.leaseMs * 0.8)
    await lease.renew()
    await refuse(trial.other, trial, 'a lease that is renewed holds')
  }
  await trial.pass(trial.leaseMs * 0.8)
  await refuse(trial.other, trial, 'a renewed lease lasts as long as the first')
  await lease.release()
}

async function lost(trial: Trial): Promise<void> {
  const [former, present] = await usurped(trial)
  await assert.rejects(async () => former.renew(), 'a lease that was lost cannot be renewed')
  await present.renew()
  await refuse(trial.one, trial, isHeld)
}

async function letGo(trial: Trial): Promise<void> {
  const lease = await take(trial.one, trial, free)
  await lease.release()
  await assert.rejects(async () => lease.renew(), 'a lease that was let go cannot be renewed')
  await take(trial.other, trial, 'a lock that was let go is free')
  await assert.rejects(async () => lease.renew(), 'a lease that was let go cannot be renewed')
}

async function formerOwner(trial: Trial): Promise<void> {
  const [former, present] = await usurped(trial)
  await former.release()
  await former.release()
  await refuse(await trial.create(), trial, 'who lost a lease does not let the lock go')
  await present.renew()
  await present.release()
  await present.release()
}

async function oneOfManyLate(trial: Trial): Promise<void> {
  await take(trial.one, trial, free)
  await trial.pass(trial.leaseMs * 1.1 + trial.graceMs)
  await contend(trial)
}
