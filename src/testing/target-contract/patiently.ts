import assert from 'node:assert/strict'
import type { Change } from '../../core/change.ts'
import { isSyncError } from '../../errors.ts'
import type { ApplyResult } from '../../ports/target.ts'
import type { Trial } from './trial.ts'

/** Hands changes over as the library does: what was not rejected is tried again, for writers may get in each other's way. */
export async function patiently<Item>(
  trial: Trial<Item>,
  changes: readonly Change<Item>[],
): Promise<readonly ApplyResult[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await trial.deliver(changes, { attempt })
    } catch (error) {
      const isFinal = isSyncError(error, 'TARGET_REJECTED') || error instanceof assert.AssertionError
      if (attempt >= 10 || isFinal) throw error
    }
  }
}
