import type { InventoryItem } from '../core/inventory-item.ts'
import { DecodeError } from '../errors.ts'
import { checkQueueSync } from './check-config.ts'
import type { QueueSyncConfig } from './config.ts'
import { recordReader } from './decode-record.ts'
import { deliver } from './deliver.ts'
import { failureLines } from './defaults.ts'
import { gather } from './gather.ts'
import { isCutAt, withinInvocation, type Invocation } from './invocation.ts'
import type { BatchResponse, LambdaHandler } from './lambda.ts'
import { observe } from './observe.ts'
import { inSpan } from './quiet.ts'
import type { Settled } from './pipeline.ts'
import { letterReader, type QueueMessage, type ReadLetter } from './read-letter.ts'
import { redrive, type Redriving, type Refused } from './redrive.ts'
import { recordVersions } from './record-version.ts'
import { rounds } from './rounds.ts'
import { select } from './select.ts'
import { settle } from './settle.ts'
import { resolveSync } from './sync.ts'

/** An SQS event, as far as it is read. `aws-lambda`'s `SQSEvent` fits. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string
    readonly body: string
    readonly attributes?: { readonly MessageGroupId?: string | undefined } | undefined
  }[]
}

/**
 * Makes the Lambda handler that applies dead letters again, safely. A letter is done when its target applied it or
 * answered that it holds something newer. Anything else stays in the queue, is reported, and the log says why.
 *
 * - `current`, the default, applies what the table holds now, under the letter's own version. No row is a removal. With
 *   `ttl: 'ignore'` a time to live may have taken the row, so that a letter of a write then applies its parked state, if
 *   it carries the image, its target is guarded and its epoch the highest; else it stays.
 * - `original` applies the parked state. It needs guarded targets, whose tombstones live for 48 h at least, and letters
 *   with their image, of the highest epoch, whose record is younger than 24 h. Others stay.
 * - A letter without a record, of which `sqsTarget` sends some, is applied as `current` alone.
 * - A poison letter passes what every record passes (`ttl`, `origin`, `fields`, each `when`) and goes to every target
 *   that its images concern; with a table, an image that still cannot be read concerns them all.
 * - A message that is no letter stays: one whose key or version does not follow from the record it carries, one that
 *   points at a record kept elsewhere, Lambda's own failure messages.
 *
 * Letters of one item go one after the other, the oldest first; on a FIFO queue a message group keeps its order and stops
 * at its first failure. Once the time is up no letter is begun. The mapping needs `ReportBatchItemFailures`.
 *
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function createQueueSyncHandler<Item = InventoryItem>(
  config: QueueSyncConfig<Item>,
): LambdaHandler<QueueEvent, BatchResponse> {
  checkQueueSync(config)
  const resolved = resolveSync<Item>(config)
  // What fails here stays in its queue: parking it again would only make another letter of it.
  const sync = { ...resolved, dlq: undefined, routes: resolved.routes.map((route) => ({ ...route, dlq: undefined })) }
  const versions = recordVersions({ attribute: sync.versionAttribute, epochs: sync.epochs })
  const table = config.mode === 'original' ? undefined : config.table
  const readLetter = letterReader(sync, versions)
  const redriving: Redriving<Item> = {
    table,
    reader: recordReader(sync, versions),
    select: (decoded) => select(decoded, sync),
  }

  /** One round's deliveries. What came of them is told once, at the end. */
  async function applyRound(
    letters: readonly ReadLetter<Item>[],
    invocation: Invocation,
    settledRounds: Settled<Item>[],
    allRefused: Refused<Item>[],
  ): Promise<ReadonlySet<ReadLetter<Item>>> {
    const { routed, refused } = await redrive(letters, sync, redriving, invocation)
    const settled = await settle(deliver(routed, sync, invocation), sync, invocation)
    settledRounds.push(settled)
    allRefused.push(...refused)
    const unresolved = new Set(settled.unresolved.map(({ first }) => first))
    return new Set([
      ...refused.map(({ letter }) => letter),
      ...letters.filter((_, position) => unresolved.has(position)),
    ])
  }

  function logLeft(refused: readonly Refused<Item>[], untried: number): void {
    for (const { letter, reason } of refused.slice(0, failureLines))
      sync.logger.error('A dead letter stays in the queue.', { messageId: letter.message.messageId, reason })
    if (untried > 0)
      sync.logger.warn(
        'Letters stay in the queue untried: the time was up, or an earlier one of their message group stays.',
        { letters: untried },
      )
  }

  return (event, context) =>
    inSpan(sync.tracer, 'queue-sync', {}, () =>
      withinInvocation(sync, context, async (invocation) => {
        const letters = readMessages(event).map(readLetter)
        const settled: Settled<Item>[] = []
        const refused: Refused<Item>[] = []
        const tried = new Set<ReadLetter<Item>>()
        const round = (some: readonly ReadLetter<Item>[]) => {
          for (const letter of some) tried.add(letter)
          return applyRound(some, invocation, settled, refused)
        }
        const left = await rounds(letters, round, () => isCutAt(invocation, invocation.clock.monotonic()))
        logLeft(refused, left.filter((letter) => !tried.has(letter)).length)
        const identifiers = letters.map(({ message }) => message.messageId)
        await observe(gather(settled, identifiers), sync, invocation)
        return { batchItemFailures: left.map(({ message }) => ({ itemIdentifier: message.messageId })) }
      }),
    )
}

function readMessages(event: QueueEvent): readonly QueueMessage[] {
  const given: unknown = event
  if (typeof given === 'object' && given !== null && 'Records' in given && Array.isArray(given.Records))
    return given.Records as readonly QueueMessage[] // Lambda's own shape; the bodies are checked one by one
  throw new DecodeError('The event is no SQS event. Expected `{ Records: […] }` from a Lambda mapping on a queue.')
}
