import type { DeadLetter } from '../../core/dead-letter.ts'
import { TargetUnavailableError } from '../../errors.ts'
import type { DlqSink } from '../../ports/dlq.ts'
import { hanging } from './hanging.ts'
import { someMs, type Surroundings } from './world.ts'

/** Parks in the run's queue, as the run wants it to go. */
export function faultySink(world: Omit<Surroundings, 'dlq'>): DlqSink {
  const { queue, trace, journal } = world
  const store = (letters: readonly DeadLetter[]): readonly 'parked'[] =>
    letters.map((letter) => {
      queue.send(letter)
      trace.parked(letter)
      return 'parked'
    })
  return {
    async send(letters, context) {
      const fault = world.faults.ofSink()
      journal.note('DLQ', `${String(letters.length)} letters (${fault})`)
      if (fault !== 'none') journal.count(`sink ${fault}`)
      const refusal = new TargetUnavailableError('Refused, as the run wants.')
      switch (fault) {
        case 'none':
          return store(letters)
        case 'refuse':
          return letters.map(() => refusal)
        case 'refuseSome':
          return letters.flatMap<'parked' | Error>((letter, at) => (at % 2 === 0 ? [refusal] : store([letter])))
        case 'throw':
          throw refusal
        case 'hang':
          return hanging(context)
        case 'answerLost':
          store(letters)
          throw refusal
        case 'garbage':
          return 'parked' as unknown as readonly 'parked'[] // no answer of a sink's
        case 'slow':
          await world.clock.sleep(someMs(world, 10, 1_500))
          return store(letters)
      }
    },
  }
}
