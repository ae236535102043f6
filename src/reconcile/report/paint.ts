/** Changes a text's look, and nothing of its words. */
export type Paint = (text: string) => string

/** The colours that mean something in a report. */
export type Paints = Readonly<Record<'good' | 'bad' | 'open' | 'quiet' | 'strong', Paint>>

/** Colours of a terminal (https://man7.org/linux/man-pages/man4/console_codes.4.html), or none. */
export function paints(color: boolean): Paints {
  const sgr = (start: number, end: number): Paint =>
    color ? (text) => `\x1b[${start}m${text}\x1b[${end}m` : (text) => text
  return { good: sgr(32, 39), bad: sgr(31, 39), open: sgr(33, 39), quiet: sgr(2, 22), strong: sgr(1, 22) }
}
