import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { emfMetrics } from '../../src/metrics/emf.ts'
import type { Metric } from '../../src/ports/metrics.ts'
import { emfDocument } from '../support/emf-document.ts'

const anyMetric = fc.record({
  name: fc.oneof(
    fc.constantFrom('Deliveries', 'Retries', 'StreamLatency', 'Service', '_aws', '__proto__'),
    fc.string(),
  ),
  unit: fc.constantFrom('Count', 'Milliseconds'),
  values: fc.array(fc.double(), { maxLength: 300 }),
  target: fc.option(fc.oneof(fc.constantFrom('berlin', 'lyon'), fc.string({ unit: 'binary' })), { nil: undefined }),
}) as fc.Arbitrary<Metric>

test.prop([fc.array(fc.oneof(anyMetric, fc.anything() as fc.Arbitrary<Metric>))])(
  'P10 any metrics become legal documents, and never a throw',
  (metrics) => {
    const lines: string[] = []
    void emfMetrics({ service: 'inventory', now: () => 0, write: (line) => lines.push(line) }).emit(metrics)
    for (const line of lines) emfDocument(line)
  },
)

test.prop([fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 101, maxLength: 3_000, size: 'max' })])(
  'any percentile of a sample is at most one percentile point, or one rank, below the true one',
  (values) => {
    const lines: string[] = []
    const metric = { name: 'DeliveryLatency', unit: 'Milliseconds', values } as const
    void emfMetrics({ service: 'a', write: (line) => lines.push(line) }).emit([metric])
    const sample = emfDocument(lines[0]!)['DeliveryLatency'] as readonly number[]
    const sorted = [...values].sort((a, b) => a - b)
    const rankOf = (percent: number) => Math.ceil((percent / 100) * sorted.length) - 1
    expect(sample).toHaveLength(100)
    expect([sample[0], sample[99]].map(Number)).toEqual([sorted[0], sorted.at(-1)].map((value) => (value ?? 0) + 0))
    for (let percent = 1; percent <= 100; percent += 1) {
      const read = sample[percent - 1]!
      expect(read).toBeGreaterThanOrEqual(sorted[Math.max(0, rankOf(percent - 1) - 1)]!)
      expect(read).toBeLessThanOrEqual(sorted[Math.min(sorted.length - 1, rankOf(percent) + 1)]!)
    }
  },
)
