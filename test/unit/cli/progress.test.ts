import { describe, expect, test } from 'vitest'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { progressLines, type PlaceProgress } from '../../../src/cli/progress-lines.ts'
import { drawnProgress } from '../../../src/cli/progress.ts'
import { fakeTerminal } from '../../support/fake-terminal.ts'

const reading = (facts: Partial<PlaceProgress> = {}): PlaceProgress => ({
  ...{ name: 'east', rows: 0, expected: undefined, recent: { rows: 0, ms: 0 }, ended: undefined },
  ...facts,
})

describe('one line for each place', () => {
  test('rows, rows a second, and the time that is left where a count is known', () => {
    const lines = progressLines(
      [
        reading({ name: 'source', rows: 1_250_000, expected: 2_000_000, recent: { rows: 250_000, ms: 1_000 } }),
        reading({ name: '東京', rows: 980, recent: { rows: 1_000, ms: 5_000 } }),
        reading({ name: 'west', rows: 1, ended: 950 }),
      ],
      5_000,
      80,
    )
    expect(lines).toEqual([
      'source  1,250,000 rows  250,000 rows/s, about 3 s left',
      '東京          980 rows  200 rows/s',
      'west             1 row  in 950 ms',
    ])
  })

  test('no more digits than can be read', () => {
    const recent = { rows: 1_234_567, ms: 5_000 }
    expect(progressLines([reading({ rows: 1_234_567, expected: 60_000_000, recent })], 0, 80)).toEqual([
      'east  1,234,567 rows  247,000 rows/s, about 3 min 59 s left',
    ])
  })

  test('a count that was wrong, or rows that stand still, promise no time', () => {
    expect(progressLines([reading({ rows: 11, expected: 10, recent: { rows: 5, ms: 1_000 } })], 0, 80)).toEqual([
      'east  11 rows  5 rows/s',
    ])
    expect(progressLines([reading({ rows: 5, expected: 10, recent: { rows: 0, ms: 1_000 } })], 0, 80)).toEqual([
      'east  5 rows  0 rows/s',
    ])
  })

  test('places that tell nothing of their rows are compared elsewhere', () => {
    expect(progressLines([reading(), reading({ name: 'west' })], 7_000, 80)).toEqual(['Comparing, 7.0 s so far'])
  })

  test('once all places are read, differences are looked at again', () => {
    expect(progressLines([reading({ rows: 5, ended: 1_000 })], 7_000, 80)).toEqual([
      'east  5 rows  in 1.0 s',
      'Looking again at what differs, 7.0 s so far',
    ])
  })

  test('no line is wider than the terminal, and no name is obeyed by it', () => {
    expect(progressLines([reading({ name: 'east\x1b[2J', rows: 5 })], 0, 12)).toEqual(['east\\x1b[2J…'])
  })
})

test('it is drawn anew in its place, and taken away at the end', async () => {
  const clock = manualClock()
  const terminal = fakeTerminal({ errorColumns: 80, clock })
  const progress = drawnProgress(terminal, ['source', 'east'])
  progress.expect('source', 1_000)
  progress.rows('source', 100)
  progress.rows('nobody', 100)
  await clock.advance(1_000)
  progress.ended('east')
  await clock.advance(200)
  progress.stop()
  await clock.advance(1_000)
  const drawn = terminal.told().error.split('\x1b[2A\x1b[J')
  expect(drawn).toHaveLength(7)
  expect(drawn[0]).toBe('source  100 rows  500 rows/s, about 2 s left\neast      0 rows  0 rows/s\n')
  expect(drawn[5]).toBe('source  100 rows  83 rows/s, about 11 s left\neast      0 rows  in 1.0 s\n')
  expect(drawn[6]).toBe('')
})
