import { decodeDeadLetter, encodeDeadLetter, type DeadLetter } from '../../core/dead-letter.ts'
import type { Clock } from '../../ports/clock.ts'

export interface ModelMessage {
  readonly messageId: string
  readonly body: string
}

/** The model of a standard queue: out of order, now and then twice, hidden while somebody works on a message. */
export interface ModelQueue {
  readonly send: (letter: DeadLetter) => void
  readonly receive: (count: number) => readonly ModelMessage[]
  readonly remove: (messageId: string) => void
  readonly letters: () => readonly DeadLetter[]
  readonly isEmpty: () => boolean
}

const hiddenMs = 20_000

export function modelQueue(clock: Clock, random: () => number, onDuplicate: () => void): ModelQueue {
  const messages = new Map<string, ModelMessage & { visibleAt: number }>()
  let sent = 0
  return {
    send(letter) {
      const messageId = `m${String(++sent)}`
      messages.set(messageId, { messageId, body: encodeDeadLetter(letter), visibleAt: clock.monotonic() })
    },
    receive(count) {
      const visible = [...messages.values()].filter(({ visibleAt }) => visibleAt <= clock.monotonic())
      const received: ModelMessage[] = []
      while (received.length < count && visible.length > 0) {
        const [one] = visible.splice(Math.floor(random() * visible.length), 1)
        if (!one) break
        if (random() < 0.1) onDuplicate()
        else one.visibleAt = clock.monotonic() + hiddenMs
        received.push({ messageId: one.messageId, body: one.body })
      }
      return received
    },
    remove: (messageId) => void messages.delete(messageId),
    letters: () => [...messages.values()].map(({ body }) => decodeDeadLetter(body)),
    isEmpty: () => messages.size === 0,
  }
}
