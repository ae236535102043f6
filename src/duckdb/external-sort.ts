export async function externalSort(): Promise<never> { throw new Error('not yet') }
