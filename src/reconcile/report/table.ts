import { cutText, widthOf } from './shown-text.ts'

/** One column of a table. Numbers stand to the right. What may be cut gives way where the table is too wide. */
export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  readonly mayCut?: boolean | undefined
}

/** A cell's text, which holds nothing to escape, and what its look is changed by once it is aligned. */
export interface Cell {
  readonly text: string
  readonly paint?: ((text: string) => string) | undefined
}

type Row = readonly Cell[]

const gap = '  '
const narrowest = 8

/**
 * Lines of an aligned table, none wider than `width` columns of a terminal if it can be had: first by cutting, then by
 * going on below, with the first column once more.
 */
export function tableLines(columns: readonly Column[], rows: readonly Row[], width: number): readonly string[] {
  const widths = fittedWidths(columns, rows, width)
  const title: Row = columns.map((column) => ({ text: column.title }))
  const lineOf = (block: readonly number[]) => (row: Row) =>
    block
      .map((at) => aligned(row[at], widths[at] ?? 0, columns[at]?.align))
      .join(gap)
      .trimEnd()
  return blocks(widths, width).flatMap((block, index) => [
    ...(index === 0 ? [] : ['']),
    ...[title, ...rows].map(lineOf(block)),
  ])
}

function aligned({ text, paint }: Cell = { text: '' }, width: number, align: Column['align'] = 'left'): string {
  const shown = cutText(text, width)
  const padding = ' '.repeat(width - widthOf(shown))
  const painted = paint ? paint(shown) : shown
  return align === 'right' ? padding + painted : painted + padding
}

/** Wide enough for all; else what may be cut is, the widest first. */
function fittedWidths(columns: readonly Column[], rows: readonly Row[], width: number): readonly number[] {
  const widths = columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[at]?.text ?? '')), title.length),
  )
  const least = columns.map(({ title, mayCut }, at) => (mayCut ? Math.max(title.length, narrowest) : (widths[at] ?? 0)))
  const room = (at: number): number => (widths[at] ?? 0) - (least[at] ?? 0)
  for (let excess = totalOf(widths) - width; excess > 0; excess--) {
    const at = columns.reduce((best, _, index) => (room(index) > room(best) ? index : best), 0)
    if (room(at) <= 0) break
    widths[at] = (widths[at] ?? 0) - 1
  }
  return widths
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one + gap.length, -gap.length)
}

/** The columns that stand beside each other, each time with the first. */
function blocks(widths: readonly number[], width: number): readonly (readonly number[])[] {
  const done: number[][] = []
  let current = [0]
  for (let at = 1; at < widths.length; at++) {
    const next = [...current, at]
    if (current.length > 1 && totalOf(next.map((one) => widths[one] ?? 0)) > width) {
      done.push(current)
      current = [0, at]
    } else current = next
  }
  return [...done, current]
}
