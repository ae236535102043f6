import { decodeDeadLetter } from '../../core/dead-letter.ts'
import { epochOf } from '../../core/version.ts'
import type { Played } from './cast.ts'
import { InvocationFailed } from './container.ts'
import type { Fleet } from './fleet.ts'
import type { ModelMessage } from './queue.ts'
import { messageOf, type World } from './world.ts'

/** Hands some letters to the queue's function. Answers how many left the queue. */
export type Redrive = (count: number, mode: 'current' | 'original') => Promise<number>

export function redriver<Item>(
  { subject }: Played<Item>,
  { world, processes }: { readonly world: World; readonly processes: Fleet<Item> },
): Redrive {
  const { journal, queue, table, trace } = world

  /** P1: a letter that leaves the queue has reached its target. */
  function settle({ messageId, body }: ModelMessage): void {
    queue.remove(messageId)
    const letter = decodeDeadLetter(body)
    if (letter.type === 'poison') return
    const write = table.writeOf(letter.record)
    const rank = write && { epoch: epochOf(letter.version), index: write.index }
    if (rank && !trace.reached(letter.target, letter.key, rank))
      trace.violate('P1', `letter ${messageId} left the queue, but ${letter.target} has not what it was about`)
  }

  return async (count, mode) => {
    const messages = queue.receive(count)
    if (messages.length === 0) return 0
    const { name, handler, invoke } = processes.acquire(`redrive-${mode}`, (ports) => subject.queue(ports, mode))
    journal.count(`redrive ${mode}`)
    journal.note(name, `redrives ${messages.map(({ messageId }) => messageId).join(', ')}`)
    const answer = await invoke((context) => handler({ Records: messages }, context), world.faults.ofFunction()).catch(
      (error: unknown) => {
        if (!(error instanceof InvocationFailed))
          trace.violate('P10', `${name} threw instead of an answer: ${messageOf(error)}`)
        return undefined
      },
    )
    if (!answer) return 0
    const stay = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const id of stay)
      if (!messages.some(({ messageId }) => messageId === id)) trace.violate('P9', `${id} is no message of the batch`)
    if (stay.size > 0) journal.note(name, `leaves ${[...stay].join(', ')}`)
    const gone = messages.filter(({ messageId }) => !stay.has(messageId))
    gone.forEach(settle)
    return gone.length
  }
}
