import type { Change, DlqSink, InventoryItem, StreamRecord } from 'dynamodb-stream-sync'
import { librarySubject, type Ports, type Subject } from '../../src/testing/simulation/subject.ts'
import type { Settings } from './own-cast.ts'
import type { Warehouse } from './warehouse.ts'

type Item = InventoryItem

export function library(settings: Settings): Subject<Item> {
  return librarySubject({
    coalesce: settings.coalesce,
    hydrates: settings.view === 'KEYS_ONLY' || settings.view === 'OLD_IMAGE',
    throws: settings.throws,
  })
}

/** The library, given other ports. */
export function changed(settings: Settings, change: (ports: Ports<Item>) => Ports<Item>): Subject<Item> {
  const own = library(settings)
  return { ...own, stream: (ports) => own.stream(change(ports)) }
}

export function withDlq(ports: Ports<Item>, make: (sink: DlqSink) => DlqSink): Ports<Item> {
  const { dlq } = ports.config
  return dlq ? { ...ports, config: { ...ports.config, dlq: make(dlq) } } : ports
}
export function trusting(sink: DlqSink): DlqSink {
  return {
    send: async (letters, context) => {
      await sink.send(letters, context).catch(() => undefined)
      return letters.map(() => 'parked' as const)
    },
  }
}

type Records = readonly StreamRecord[]

/** The library, whose handler sees other records than the mapping delivered. */
export function prepared(settings: Settings, prepare: (records: Records) => Records): Subject<Item> {
  const own = library(settings)
  return {
    ...own,
    stream: (ports) => {
      const handler = own.stream(ports)
      return (event, context) => handler({ Records: prepare(event.Records) }, context)
    },
  }
}

function lanesOf(records: Records): readonly Records[] {
  const lanes = new Map<string, StreamRecord[]>()
  for (const record of records) {
    const key = JSON.stringify(record.dynamodb?.Keys)
    lanes.set(key, [...(lanes.get(key) ?? []), record])
  }
  return [...lanes.values()]
}
export function removalsFirst(records: Records): Records {
  return lanesOf(records).flatMap((lane) => {
    const removals = lane.filter(({ eventName }) => eventName === 'REMOVE')
    return removals.length > 0 ? removals.slice(-1) : lane
  })
}
export function newestImages(records: Records): Records {
  return records.map((record) => {
    const { NewImage } = record.dynamodb ?? {}
    return NewImage && isReadable(NewImage)
      ? { ...record, dynamodb: { ...record.dynamodb, OldImage: { ...NewImage, was: { S: 'x' } } } }
      : record
  })
}
/** A row that nobody can read is parked as it came. */
function isReadable(image: object): boolean {
  const { quantity } = image as { readonly quantity?: { readonly N?: string } }
  return quantity?.N !== undefined
}
export function withoutRoundTrips(records: Records): Records {
  return lanesOf(records).flatMap((lane) => {
    const [first, last] = [lane[0]?.dynamodb?.OldImage, lane.at(-1)?.dynamodb?.NewImage]
    return first && last && JSON.stringify(first) === JSON.stringify(last) ? [] : lane
  })
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

export function reporting(settings: Settings): Subject<Item> {
  const own = library(settings)
  return {
    ...own,
    stream: (ports) => {
      const handler = own.stream(ports)
      return async (event, context) => {
        const { batchItemFailures } = (await handler(event, context)) as Answer
        const lanes = lanesOf(event.Records)
        const newest = batchItemFailures.map(({ itemIdentifier }) => {
          const lane = lanes.find((some) => some.some(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier))
          return { itemIdentifier: lane?.at(-1)?.dynamodb?.SequenceNumber ?? itemIdentifier }
        })
        return { batchItemFailures: newest }
      }
    },
  }
}

/** One target after the other; the first answer that tells of failures is the whole answer. */
export function oneByOne(settings: Settings): Subject<Item> {
  const own = library({ ...settings, throws: false })
  return {
    ...own,
    stream: (ports) => {
      const handlers = Object.entries(ports.config.targets).map(([name, target]) =>
        own.stream({ ...ports, config: { ...ports.config, targets: { [name]: target } } }),
      )
      return async (event, context) => {
        const answers = await Promise.all(handlers.map((handler) => handler(event, context) as Promise<Answer>))
        return answers.find(({ batchItemFailures }) => batchItemFailures.length > 0) ?? answers[0]
      }
    },
  }
}

/** One target after the other. */
export function inTurn(settings: Settings): Subject<Item> {
  const own = library({ ...settings, throws: false })
  return {
    ...own,
    stream: (ports) => {
      const handlers = Object.entries(ports.config.targets).map(([name, target]) =>
        own.stream({ ...ports, config: { ...ports.config, targets: { [name]: target } } }),
      )
      return async (event, context) => {
        const failures: Answer['batchItemFailures'][] = []
        for (const handler of handlers) failures.push(((await handler(event, context)) as Answer).batchItemFailures)
        return { batchItemFailures: failures.flat() }
      }
    },
  }
}

/** The sync ends as its last metric does. */
export function withMetrics(settings: Settings): Subject<Item> {
  const own = library(settings)
  return {
    ...own,
    stream: (ports) => {
      const handler = own.stream(ports)
      return async (event, context) => {
        const answer = await handler(event, context)
        const { metrics = [] } = ports.config
        for (const emitter of [metrics].flat())
          await Promise.race([Promise.resolve(emitter.emit({} as never)), Promise.resolve()])
        return answer
      }
    },
  }
}

/** What cannot be read is parked without what made it so. */
export function stripped(sink: DlqSink): DlqSink {
  return {
    send: (letters, context) =>
      sink.send(
        letters.map((letter) => {
          if (letter.type !== 'poison') return letter
          const { dynamodb, ...record } = letter.record as StreamRecord
          return { ...letter, record: { ...record, dynamodb: { ...dynamodb, NewImage: undefined } } }
        }),
        context,
      ),
  }
}

export function freshVersions(ports: Ports<Item>): Ports<Item> {
  const fresh = <C extends Change<Item>>(change: C): C => ({
    ...change,
    version: `${change.version.slice(0, 7)}2999-01-01T00:00:00.000/${'9'.repeat(40)}`,
  })
  const targets = Object.fromEntries(
    Object.entries(ports.config.targets).map(([name, given]) => {
      const route = given as unknown as { readonly target: Warehouse['single'] | Warehouse['batch'] }
      const { target } = route
      const renewed = target.apply
        ? { ...target, apply: (change: Change<Item>, context: never) => target.apply(fresh(change), context) }
        : {
            ...target,
            applyBatch: (changes: readonly Change<Item>[], context: never) =>
              target.applyBatch(changes.map(fresh), context),
          }
      return [name, { ...route, target: renewed }]
    }),
  )
  return { ...ports, config: { ...ports.config, targets: targets as unknown as typeof ports.config.targets } }
}
