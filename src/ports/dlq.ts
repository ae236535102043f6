import type { DeadLetter } from '../core/dead-letter.ts'
import type { CallContext } from './target.ts'

/** Where given-up deliveries are parked. */
export interface DlqSink {
  /**
   * One answer per letter, in order: `'parked'` once the letter is stored for good, an error when it was not.
   * A refused letter's record is reported as failed, so that Lambda redelivers it.
   */
  readonly send: (letters: readonly DeadLetter[], context: CallContext) => Promise<readonly ('parked' | Error)[]>
}
