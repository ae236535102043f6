import { describe, expect, test } from 'vitest'
import { cutText, shownText, widthOf } from '../../../src/reconcile/report/shown-text.ts'
import { hostileTexts } from '../../support/reports.ts'

describe('texts from outside', () => {
  test.each([
    ['SKU-1', 'SKU-1'],
    ['Größe 10 – blau', 'Größe 10 – blau'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\ud800half', '\\u{d800}half'],
    ['back\\slash', 'back\\\\slash'],
    ['e\u0301', 'e\u0301'],
    ['\u0301a', '\\u{301}a'],
    ['a\x07b', 'a\\x07b'],
    [`e${'\u0301'.repeat(7)}`, `e${'\u0301'.repeat(7)}`],
    [`e${'\u0301'.repeat(8)}`, `e${'\\u{301}'.repeat(8)}`],
    ['', ''],
    ['\u{1f600}', '\u{1f600}'],
    ['\u{e0041}tag', '\\u{e0041}tag'],
  ])('%j is shown as %j', (text, shown) => {
    expect(shownText(text, 60)).toBe(shown)
  })

  test('letters of many marks are cut where their columns end, though each takes eight characters', () => {
    const letter = `e${'\u0301'.repeat(7)}`
    expect(shownText(letter.repeat(4), 4)).toBe(letter.repeat(4))
    expect(shownText(letter.repeat(5), 4)).toBe(`${letter.repeat(3)}…`)
  })

  test('two texts that differ are shown differently', () => {
    expect(shownText('\x1b', 60)).not.toBe(shownText('\\x1b', 60))
  })

  test.each(hostileTexts)('%j holds nothing that a terminal obeys, and no more than its columns', (text) => {
    for (const most of [8, 30, 80]) {
      const shown = shownText(text, most)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(widthOf(shown)).toBeLessThanOrEqual(most)
    }
  })

  test('a text of megabytes is not looked at beyond what is shown', () => {
    expect(shownText('\u0416'.repeat(20_000_000), 10)).toBe(`${'\u0416'.repeat(9)}…`)
  })
})

describe('columns', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['한국', 4],
    ['ｱｲ', 2],
    ['Ａ', 2],
    ['😀', 2],
    ['e\u0301', 1],
    ['Ж', 1],
  ])('%j takes %d', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['😀😀', 3, '😀…'],
  ])('%j in %d columns is %j', (text, columns, cut) => {
    expect(cutText(text, columns)).toBe(cut)
  })
})
