import { createHash } from 'node:crypto'
import type { MessageAttributeValue, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import type { DeadLetter } from '../../core/dead-letter.ts'
import { TargetRejectedError } from '../../errors.ts'
import { messageBody } from './letter-body.ts'
import type { LetterQueue } from './letter-sender.ts'

/** One message of a batch, with its size as SQS counts it. */
export interface LetterEntry {
  readonly entry: SendMessageBatchRequestEntry & { readonly Id: string }
  readonly bytes: number
}

/** A letter as a message, or why it can be none. */
export function letterEntry(letter: DeadLetter, index: number, queue: LetterQueue): LetterEntry | Error {
  const attributes = attributesOf(letter)
  const room = queue.maxMessageBytes - attributesSize(attributes)
  const body = fittingBody(letter, room, queue)
  if (body instanceof Error) return body
  const entry = { Id: String(index), MessageBody: body, MessageAttributes: attributes }
  return {
    entry: queue.fifo ? { ...entry, ...fifoIds(letter) } : entry,
    bytes: byteLength(body) + attributesSize(attributes),
  }
}

function fittingBody(letter: DeadLetter, room: number, queue: LetterQueue): string | Error {
  const { noun, shorter } = queue
  try {
    let body = messageBody(letter)
    let isShort = false
    for (const shorten of shorter) {
      if (byteLength(body) <= room) return body
      const reduced = shorten(letter)
      if (!reduced) continue
      body = messageBody(reduced)
      isShort = true
    }
    return byteLength(body) <= room ? body : tooLarge(byteLength(body), room, isShort, queue)
  } catch (cause) {
    return new TargetRejectedError(
      `The ${noun}'s record cannot be written as JSON: it has a cycle or is nested too deep. Let the event decoder give plain data.`,
      { cause },
    )
  }
}

function tooLarge(bytes: number, room: number, isShort: boolean, { noun, spared, remedy }: LetterQueue): Error {
  const so = isShort ? `even without its ${spared}` : `and has no ${spared} to leave out`
  return new TargetRejectedError(
    `The ${noun} has ${bytes} bytes as JSON ${so}, and a message of the queue has room for ${room}. ${remedy}`,
  )
}

/** For people who filter messages; never keys. */
function attributesOf(letter: DeadLetter): Record<string, MessageAttributeValue> {
  const values = {
    type: letter.type,
    code: letter.code,
    ...(letter.type === 'delivery' ? { target: letter.target } : {}),
  }
  const usable = Object.entries(values).filter(([, value]) => value !== '')
  return Object.fromEntries(
    usable.map(([name, value]) => [name, { DataType: 'String', StringValue: printable(value) }]),
  )
}

/** SQS holds attributes to the same characters as bodies, and there is no way to escape them. */
function printable(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}

/** A group per item and target keeps their order; poison has no item, so that each letter is a group. */
function fifoIds(letter: DeadLetter): { readonly MessageGroupId: string; readonly MessageDeduplicationId: string } {
  const group = letter.type === 'delivery' ? ['delivery', letter.target, letter.key] : ['poison', letter.id]
  return { MessageGroupId: hash(JSON.stringify(group)), MessageDeduplicationId: hash(letter.id) }
}

function attributesSize(attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  const sizes = Object.entries(attributes).map(
    ([name, value]) => byteLength(name) + byteLength(value.DataType ?? '') + byteLength(value.StringValue ?? ''),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
