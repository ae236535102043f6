import { setTimeout } from 'node:timers/promises'
import type { Meter } from './meter.ts'
import { hotSku, poisonedSku, type Update, write, writePoison } from './morning.ts'
import type { Started } from './places.ts'
import type { Stage } from './stage.ts'

const writers = 8
const updatesPerSecond = 240

/** Sales of the product that all want. */
export interface HotSales {
  readonly sold: number
  readonly refused: number
}

export interface Trading {
  readonly places: Started
  readonly morning: readonly Update[]
  readonly meter: Meter
  readonly stage: Stage
  readonly signal: AbortSignal
}

/** Several writers work through the morning at once, while things go wrong on purpose. */
export async function trade(trading: Trading): Promise<HotSales> {
  const { places, morning, signal, stage } = trading
  const sales = { sold: 0, refused: 0 }
  const startedAt = performance.now()
  for (const [index, chapter] of chapters.entries()) {
    const from = Math.floor(morning.length * (chapters[index - 1]?.until ?? 0))
    const until = Math.floor(morning.length * chapter.until)
    let next = from
    const work = async () => {
      while (next < until && !signal.aborted) {
        const position = next++
        const due = startedAt + (position / updatesPerSecond) * 1_000 - performance.now()
        if (due > 1) await setTimeout(due)
        const update = morning[position]!
        const written = await write(places.dynamoDb.client, update)
        if (update.kind === 'sell' && update.sku === hotSku) sales[written ? 'sold' : 'refused'] += 1
        stage.progress(position / morning.length)
      }
    }
    await Promise.all(Array.from({ length: writers }, work))
    signal.throwIfAborted()
    await chapter.then(trading)
  }
  stage.progress(1)
  return sales
}

/** What happens once that part of the morning is written. */
const chapters: readonly { readonly until: number; readonly then: (trading: Trading) => Promise<void> }[] = [
  { until: 0.2, then: poison },
  { until: 0.35, then: killBerlin },
  {
    until: 0.4,
    then: async ({ stage }) => stage.say('Rush', `Everybody wants ${hotSku}: eight tills sell it at once.`),
  },
  { until: 0.65, then: restartBerlin },
  { until: 0.8, then: correctPoison },
  { until: 1, then: async () => undefined },
]

async function poison({ places, stage }: Trading): Promise<void> {
  await writePoison(places.dynamoDb.client)
  stage.say('Poison', `Somebody writes "twelve" as the quantity of ${poisonedSku}. It is parked, the rest goes on.`)
}

async function killBerlin({ places, stage }: Trading): Promise<void> {
  await places.berlin.kill()
  stage.say('kill -9', 'Berlin is gone in the middle of its work. Lyon and Porto do not wait for it.')
  stage.state('berlin', 'down')
}

async function restartBerlin({ places, meter, stage, signal }: Trading): Promise<void> {
  await until(
    () =>
      meter.letters.some((letter) => letter.type === 'delivery' && letter.target === 'berlin' && letter.key === hotSku),
    signal,
  )
  await places.berlin.restart()
  // Newer than a dead letter of the same product, which is stale from here on.
  await write(places.dynamoDb.client, { kind: 'sell', sku: hotSku, units: 0 })
  stage.say('Back', `Berlin runs again with what it had stored. A new count of ${hotSku} makes its dead letters stale.`)
  stage.state('berlin', 'up')
}

async function correctPoison({ places, meter, stage, signal }: Trading): Promise<void> {
  await until(() => meter.letters.some(({ type }) => type === 'poison'), signal)
  await write(places.dynamoDb.client, { kind: 'count', sku: poisonedSku, quantity: 12 })
  stage.say('Corrected', `The quantity of ${poisonedSku} is a number again.`)
}

/** Looks twenty times a second, for a minute of waiting at most. */
async function until(happened: () => boolean, signal: AbortSignal): Promise<void> {
  for (let looks = 0; !happened(); looks++) {
    if (looks >= 1_200) throw new Error('A dead letter that was to come did not come within a minute.')
    await setTimeout(50, undefined, { signal })
  }
}
