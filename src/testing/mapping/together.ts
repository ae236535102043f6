/** Tasks that run side by side and fail together. */
export interface TaskGroup {
  readonly add: (task: Promise<void>) => void
  /** Resolves when all have ended; then throws the first error, if there was one. */
  readonly ended: () => Promise<void>
}

/** The first error stops the other tasks. */
export function taskGroup(stop: AbortController): TaskGroup {
  const errors: unknown[] = []
  const tasks: Promise<void>[] = []
  return {
    add: (task) => {
      tasks.push(
        task.catch((error: unknown) => {
          errors.push(error)
          stop.abort()
        }),
      )
    },
    ended: async () => {
      await Promise.all(tasks)
      if (errors.length > 0) throw errors[0]
    },
  }
}

/** Waits for all tasks, also after a failure: it stops the others, and is thrown when they have ended. */
export function together(tasks: readonly Promise<void>[], stop: AbortController): Promise<void> {
  const group = taskGroup(stop)
  tasks.forEach(group.add)
  return group.ended()
}
