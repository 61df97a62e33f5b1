import { toPlainError } from '../../../core/index.ts'
import { spawnInNamespaces } from '../index.ts'

/** A front process: starts the worker given as first argument and passes messages both ways. */
const [, , script = '', rootless = ''] = process.argv

try {
  const { child, notes } = await spawnInNamespaces({
    script,
    args: [],
    rootless: rootless === 'rootless',
    env: process.env,
  })
  process.send?.({ kind: 'started', notes, worker: child.pid })
  process.on('message', (message: object) => child.send(message))
  child.on('message', (message) => process.send?.(message))
  process.on('disconnect', () => child.disconnect())
  child.on('exit', () => process.exit(0))
} catch (error) {
  process.send?.({ kind: 'refused', error: toPlainError(error) })
  process.disconnect()
}
