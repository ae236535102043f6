/**
 * Ends this process when its input does, that is with the process that started it, however that ended. Nothing else would:
 * a mutant that loops blocks the thread that listens. Without a runner, as for a person who looks for an error, it stays.
 */
export default function endWithRunner(): void {
  if (process.env['RESIDENT_PORT'] === undefined) return
  process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL')).resume()
}
