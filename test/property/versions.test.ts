import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeVersion, integerVersion, type AttributeVersion as Read } from '../../src/core/attribute-version.ts'
import {
  compareVersions,
  epochOf,
  isVersion,
  lowestVersion,
  paddedEpoch,
  paddedSequence,
  repairVersion,
  streamPrefix,
} from '../../src/core/version.ts'
import { recordVersions } from '../../src/runtime/record-version.ts'

const labels = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 23))
const epochs = fc.integer({ min: 0, max: 999_999 })
const sequences = fc
  .integer({ min: 1, max: 40 })
  .chain((length) => fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }))
/** The number as a stream may write it: unpadded, or with zeros in front up to 40 digits. */
const spelled = fc
  .tuple(sequences, fc.integer({ min: 0, max: 40 }))
  .map(([number, width]) => ({ number, text: String(number).padStart(width, '0') }))

const recordVersionsOf = (text: fc.Arbitrary<{ readonly number: bigint; readonly text: string }>) =>
  fc.tuple(epochs, labels, text).map(([epoch, label, { number, text }]) => ({
    epoch,
    label,
    number,
    version: `${streamPrefix(epoch, label)}${paddedSequence(text)}`,
  }))
const written = recordVersionsOf(spelled)
/** Versions that lie close together: the same epochs, labels and sequences again and again. */
const close = fc
  .tuple(
    fc.constantFrom(0, 1, 10, 999_999),
    fc.constantFrom('2026-03-01T00:00:00.000', '2026-03-01T00:00:00.001', '2025-12-31T23:59:59.999'),
    fc.constantFrom('1', '2', '9', '10', '0010', '9'.repeat(40)),
  )
  .map(([epoch, label, text]) => ({
    epoch,
    label,
    number: BigInt(text),
    version: `${streamPrefix(epoch, label)}${paddedSequence(text)}`,
  }))
const anyWritten = fc.oneof(written, close)

const held = fc
  .tuple(
    fc.oneof(
      anyWritten.map(({ version }) => version),
      fc.constant(lowestVersion),
    ),
    fc.integer({ min: 0, max: 12 }),
  )
  .map(([version, repairs]) => repaired(version, repairs))

function repaired(version: string, times: number): string {
  return Array.from({ length: times }).reduce<string>(repairVersion, version)
}

function sign(a: bigint | number | string, b: bigint | number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

describe('the order of versions', () => {
  test('is total: of any three, each pair is ordered, both ways alike, and the order carries on', () => {
    fc.assert(
      fc.property(held, held, held, (a, b, c) => {
        expect(compareVersions(a, b)).toBe(0 - compareVersions(b, a) + 0)
        expect(compareVersions(a, b) === 0).toBe(a === b)
        const [x, y, z] = [a, b, c].sort(compareVersions) as [string, string, string]
        expect(compareVersions(x, y)).toBeLessThanOrEqual(0)
        expect(compareVersions(y, z)).toBeLessThanOrEqual(0)
        expect(compareVersions(x, z)).toBeLessThanOrEqual(0)
      }),
    )
  })

  test('agrees with numeric order of sequence numbers of 1 to 40 digits, unpadded or with zeros in front', () => {
    fc.assert(
      fc.property(spelled, spelled, (a, b) => {
        expect(compareVersions(paddedSequence(a.text), paddedSequence(b.text))).toBe(sign(a.number, b.number))
        expect(paddedSequence(a.text)).toHaveLength(40)
      }),
    )
  })

  test('of two records is: epochs first, then the age of their streams, then the sequence', () => {
    fc.assert(
      fc.property(anyWritten, anyWritten, (a, b) => {
        expect(compareVersions(a.version, b.version)).toBe(
          sign(a.epoch, b.epoch) || sign(a.label, b.label) || sign(a.number, b.number),
        )
      }),
    )
  })

  test('of attribute versions is that of the integers, whatever zeros stand in front', () => {
    const integers = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }), fc.integer({ min: 0, max: 38 }))
      .map(([number, width]) => ({ number, text: String(number).padStart(width, '0') }))
    fc.assert(
      fc.property(integers, integers, (a, b) => {
        const [x, y] = [a, b].map(({ text }) => ({ kind: 'integer', text: integerVersion(text, 'v') })) as [Read, Read]
        expect(attributeVersion(a.number, 'v')).toEqual(x) // as a row gives it
        expect(x.text).toHaveLength(38)
        expect(compareVersions(x.text, y.text)).toBe(sign(a.number, b.number))
      }),
    )
  })

  test('puts every version of a text of constant length in the order of the texts', () => {
    const times = fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true })
    const versions = recordVersions({ attribute: 'at', epochs: {} })
    const of = (date: Date) =>
      versions.of({
        eventName: 'INSERT',
        eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/2026-03-01T00:00:00.000',
        dynamodb: { NewImage: { at: { S: date.toISOString() } }, SequenceNumber: '1' },
      }).version
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(compareVersions(of(a), of(b))).toBe(sign(a.getTime(), b.getTime()))
      }),
    )
  })
})

test('whatever attribute and stream make a version, it is one that a letter may carry, repaired or not', () => {
  const printable = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '9', ' ', '.', '-', ':', '}'),
    minLength: 1,
    maxLength: 300,
  })
  const names = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '.', '-', ':'), minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(
      fc.oneof(printable, fc.constant('x'.repeat(300))),
      fc.oneof(names, fc.constant('l'.repeat(50))),
      (at, label) => {
        const { version } = recordVersions({ attribute: 'at', epochs: {} }).of({
          eventName: 'INSERT',
          eventSourceARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/stock/stream/${label}`,
          dynamodb: { NewImage: { at: { S: at } }, SequenceNumber: '9'.repeat(40) },
        })
        expect(isVersion(version)).toBe(true)
        expect(isVersion(repairVersion(version))).toBe(true)
      },
    ),
  )
})

describe('a repair', () => {
  test('of a version is newer than it, and older than every record version that is newer than it', () => {
    fc.assert(
      fc.property(held, anyWritten, (version, later) => {
        const repair = repairVersion(version)
        expect(compareVersions(repair, version)).toBe(1)
        if (compareVersions(later.version, version) > 0) expect(compareVersions(later.version, repair)).toBe(1)
        else expect(compareVersions(later.version, repair)).toBe(-1)
      }),
    )
  })

  test('after repair after repair of one item is newer each time (histories 21 and 25)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyWritten.map(({ version }) => version),
          fc.constant(lowestVersion),
        ),
        fc.integer({ min: 9, max: 120 }),
        (version, times) => {
          const all = Array.from({ length: times }, (_, index) => repaired(version, index))
          expect([...all].sort(compareVersions)).toEqual(all)
          expect(new Set(all).size).toBe(times)
        },
      ),
    )
  })

  test('of an item never seen stands below the first record of the oldest stream', () => {
    fc.assert(
      fc.property(anyWritten, fc.integer({ min: 0, max: 40 }), ({ version }, times) => {
        expect(compareVersions(repaired(lowestVersion, times), version)).toBe(-1)
      }),
    )
  })
})

test('every version that is made is one when it comes back from outside, with its epoch', () => {
  fc.assert(
    fc.property(anyWritten, fc.integer({ min: 0, max: 3 }), ({ version, epoch }, times) => {
      expect(isVersion(repaired(version, times))).toBe(true)
      expect(epochOf(repaired(version, times))).toBe(epoch)
      expect(version.startsWith(paddedEpoch(epoch))).toBe(true)
    }),
  )
})
