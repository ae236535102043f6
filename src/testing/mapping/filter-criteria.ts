import { isRecord } from '../../core/objects.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import { ConfigError } from '../../errors.ts'
import { filterPattern, type FilterSupport } from './filter-pattern.ts'

/**
 * Lambda's own: a record that matches one pattern is delivered, any other is done. At most 10 filters, the highest quota;
 * an account has 5 by default. Without any, every record is delivered.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export interface FilterCriteria {
  readonly Filters?: readonly Filter[] | undefined
}

/** One filter of a mapping. */
export interface Filter {
  /** The JSON text of an event pattern, at most 4,096 characters. It judges the record as the handler would see it. */
  readonly Pattern: string
}

const mostFilters = 10
const mostCharacters = 4096

/**
 * Reads all filters; answers which records are delivered.
 * @throws ConfigError that names the filter, the place in its pattern and the remedy.
 */
export function filterOf(
  criteria: FilterCriteria | undefined,
  support: FilterSupport,
): (record: StreamRecord) => boolean {
  if (criteria === undefined) return () => true
  const filters = onlyMember(criteria, 'Filters', 'filterCriteria') ?? []
  if (!Array.isArray(filters)) throw new ConfigError('filterCriteria.Filters', 'is no list. Give [{ Pattern }].')
  if (filters.length > mostFilters)
    throw new ConfigError('filterCriteria.Filters', `has ${filters.length} filters. Give at most ${mostFilters}.`)
  const patterns = filters.map((filter: unknown, index) => readFilter(filter, index, support))
  return (record) => patterns.length === 0 || patterns.some((matches) => matches(record))
}

function readFilter(filter: unknown, index: number, support: FilterSupport): (record: unknown) => boolean {
  const pattern = onlyMember(filter, 'Pattern', `filterCriteria.Filters[${index}]`)
  const field = `filterCriteria.Filters[${index}].Pattern`
  if (typeof pattern !== 'string') throw new ConfigError(field, 'is no text. Give the JSON text of a pattern.')
  if (pattern.length > mostCharacters)
    throw new ConfigError(field, `has ${pattern.length} characters. Give at most ${mostCharacters}.`)
  return filterPattern(pattern, { field, support })
}

/** A misspelt member would let every record through. */
function onlyMember(value: unknown, name: string, field: string): unknown {
  const isKnown = isRecord(value) && Object.keys(value).every((member) => member === name)
  if (!isKnown) throw new ConfigError(field, `is no object with ${name} alone. Give { Filters: [{ Pattern: '{…}' }] }.`)
  return value[name]
}
