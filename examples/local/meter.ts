import type { DeadLetter, DlqSink, InventoryItem, Metric, MetricEmitter, SingleTarget } from 'dynamodb-stream-sync'

/** What one warehouse saw, of the morning and of the redrive. */
export interface Counts {
  deliveries: number
  failures: number
  retries: number
  deadLetters: number
  redriven: number
  stale: number
  /** From the write to the warehouse's answer, milliseconds; the morning alone. */
  readonly latencies: number[]
}

/** Listens to the sync: its metrics, its targets' answers, its dead letters. */
export interface Meter extends MetricEmitter {
  readonly of: (warehouse: string) => Counts
  /** Letters parked by now, poison under `undefined`. */
  readonly letters: readonly DeadLetter[]
  /** Letters of poison that were redriven. */
  poisonRedriven: number
  /** Whether the morning is on: only then is latency taken. */
  live: boolean
  readonly watched: (name: string, target: SingleTarget<InventoryItem>) => SingleTarget<InventoryItem>
  readonly watchedDlq: (sink: DlqSink) => DlqSink
}

export function meter(): Meter {
  const counts = new Map<string, Counts>()
  const letters: DeadLetter[] = []
  const of = (warehouse: string) => {
    const known = counts.get(warehouse) ?? emptyCounts()
    counts.set(warehouse, known)
    return known
  }
  const self: Meter = {
    of,
    letters,
    poisonRedriven: 0,
    live: false,
    emit: (metrics) => {
      for (const metric of metrics) if (metric.target !== undefined) count(of(metric.target), metric)
    },
    watched: (name, target) => ({
      ...target,
      apply: async (change, context) => {
        const answer = await target.apply(change, context)
        const writtenAt = change.type === 'upsert' ? Number(change.item['updatedAt']) : NaN
        if (self.live && writtenAt > 0) of(name).latencies.push(Date.now() - writtenAt)
        return answer
      },
    }),
    watchedDlq: (sink) => ({
      send: async (sent, context) => {
        const answers = await sink.send(sent, context)
        letters.push(...sent.filter((_, index) => answers[index] === 'parked'))
        return answers
      },
    }),
  }
  return self
}

function count(counts: Counts, { name, values }: Metric): void {
  const total = values.reduce((sum, value) => sum + value, 0)
  if (name === 'Deliveries') counts.deliveries += total
  if (name === 'DeliveryFailures') counts.failures += total
  if (name === 'Retries') counts.retries += total
  if (name === 'DeadLettered') counts.deadLetters += total
  if (name === 'StaleSkipped') counts.stale += total
}

function emptyCounts(): Counts {
  return { deliveries: 0, failures: 0, retries: 0, deadLetters: 0, redriven: 0, stale: 0, latencies: [] }
}
