import type { Meter } from './meter.ts'
import { type WarehouseName, warehouses } from './sync.ts'

/** Where the story is shown while it happens. */
export interface Stage {
  readonly say: (title: string, text: string) => void
  readonly watch: (meter: Meter) => void
  /** How much of the morning is written, 0 to 1. */
  readonly progress: (part: number) => void
  readonly state: (warehouse: WarehouseName, state: 'up' | 'down') => void
  /** Draws the last picture and stops drawing. */
  readonly end: () => void
}

/** For people: `live` redraws a line per warehouse, else each chapter ends with them. */
export function textStage(paint: Paint, live: boolean): Stage {
  const startedAt = performance.now()
  const down = new Set<WarehouseName>()
  let part = 0
  let drawn = 0
  let ended = false
  let meter: Meter | undefined
  const timer = live ? setInterval(redraw, 100) : undefined

  function lines(): readonly string[] {
    if (!meter) return []
    return warehouses.map((name) => progressLine(name, meter!, down.has(name), part, paint))
  }
  function erase(): void {
    if (drawn > 0) process.stdout.write(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  function draw(): void {
    const text = lines()
    const picture = text.map((line) => `${line}\n`).join('')
    // Narrow terminals cut a line off: one that wraps could not be redrawn.
    process.stdout.write(live ? `\u001b[?7l${picture}\u001b[?7h` : picture)
    drawn = live ? text.length : 0
  }
  function redraw(): void {
    erase()
    draw()
  }
  function say(title: string, text: string): void {
    erase()
    if (!live && part > 0) draw()
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)
    console.log(`${paint.dim(`${seconds} s`)}  ${paint.bold(title.padEnd(14))} ${text}`)
    if (live) draw()
  }

  return {
    say,
    watch: (given) => {
      meter = given
    },
    progress: (now) => {
      part = now
    },
    state: (name, state) => {
      if (state === 'down') down.add(name)
      else down.delete(name)
    },
    end: () => {
      clearInterval(timer)
      if (ended) return
      ended = true
      erase()
      draw()
    },
  }
}

/** For programs: nothing is shown. */
export const silentStage: Stage = {
  say: () => undefined,
  watch: () => undefined,
  progress: () => undefined,
  state: () => undefined,
  end: () => undefined,
}

function progressLine(name: WarehouseName, meter: Meter, isDown: boolean, part: number, paint: Paint): string {
  const { deliveries, retries, deadLetters, redriven, latencies } = meter.of(name)
  const width = 24
  const full = Math.round(part * width)
  const bar = `${paint.green('━'.repeat(full))}${paint.dim('─'.repeat(width - full))}`
  const light = isDown ? paint.red('✖ down') : paint.green('● up  ')
  const last = latencies.at(-1)
  const facts = [
    `${String(deliveries).padStart(6)} deliveries`,
    `${String(retries).padStart(5)} retries`,
    `${String(deadLetters - redriven).padStart(4)} parked`,
    `${(last === undefined ? '–' : String(last)).padStart(5)} ms`,
  ]
  return `         ${name.padEnd(7)}${light} ${bar} ${facts.join(paint.dim(' · '))}`
}

/** Colours, or none. */
export type Paint = Readonly<Record<'bold' | 'dim' | 'green' | 'red' | 'yellow', (text: string) => string>>

export function paintFor(coloured: boolean): Paint {
  const code = (open: number, close: number) => (text: string) =>
    coloured ? `\u001b[${open}m${text}\u001b[${close}m` : text
  return { bold: code(1, 22), dim: code(2, 22), green: code(32, 39), red: code(31, 39), yellow: code(33, 39) }
}
