/** A variable that the deployment gives the function. */
export function variable(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`)
  return value
}

/** The variable with the URL of a warehouse's own queue. */
export function queueVariable(warehouse: string): string {
  return `QUEUE_URL_${warehouse.toUpperCase().replaceAll('-', '_')}`
}
