import { type FailedStep, lastMatch, type Recogniser } from '../failed-step.ts'

/** Killed by the kernel, or given up by a program that has a limit of its own. */
export const outOfMemory: Recogniser = (step) => {
  const advice = ['give the machine more memory or swap, or build fewer stages at once with --max-parallelism']
  if (step.oomKilled) return { reason: 'the kernel killed it because this machine ran out of memory', advice }
  if (lastMatch(step, [/JavaScript heap out of memory|Reached heap limit Allocation failed/]) !== undefined) {
    return {
      reason: 'node reached the limit that it sets for its own heap; the machine may have more',
      advice: ['raise it for this step: RUN NODE_OPTIONS=--max-old-space-size=4096 ...'],
    }
  }
  if (lastMatch(step, [/java\.lang\.OutOfMemoryError/]) !== undefined) {
    return {
      reason: 'java reached the limit that it sets for its own heap',
      advice: ['raise it for this step: RUN JAVA_TOOL_OPTIONS=-Xmx4g ... (MAVEN_OPTS, GRADLE_OPTS)'],
    }
  }
  const compiler = lastMatch(step, [/fatal error: Killed signal terminated program (\S+)/])?.[1]
  if (compiler !== undefined) {
    return {
      reason: `${compiler} was killed, most likely by the kernel because memory ran out`,
      advice: [...advice, 'fewer compilers at once need less: make -j1, CARGO_BUILD_JOBS=1'],
    }
  }
  return undefined
}

/** A disk without room. */
export const noSpace: Recogniser = (step) => {
  const match = lastMatch(step, [/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/])
  if (match === undefined) return undefined
  const shm = step.lines.some((line) => line.includes('/dev/shm'))
  const tmpfs = step.mounts.find(
    ({ type, target }) => type === 'tmpfs' && step.lines.some((line) => line.includes(`${target}/`)),
  )
  if (/ENOSPC/.test(match[0]) && step.lines.some((line) => /file watchers/.test(line))) {
    return {
      reason: 'the limit of file watches of this machine is reached, not that of a disk',
      advice: ['raise fs.inotify.max_user_watches with sysctl on this machine'],
    }
  }
  if (shm) return { reason: '/dev/shm is full', advice: ['make it larger with --shm-size'] }
  if (tmpfs !== undefined)
    return { reason: `the tmpfs at ${tmpfs.target} is full`, advice: ['raise size= of its --mount, or leave size out'] }
  return {
    reason: 'the disk that holds the store of Slipway is full',
    advice: ['free some space, or choose another disk with SLIPWAY_ROOT; slipway doctor shows how much is left'],
  }
}

/** Writing where a mount is read-only. */
export const readOnly: Recogniser = (step) => {
  const match = lastMatch(step, [
    /(\/[^\s:'"‘’,]*)['"’]?: Read-only file system/,
    /EROFS: read-only file system, \w+ '([^']+)'/,
    /(Read-only file system)/,
  ])
  if (match === undefined) return undefined
  const mount = coveringMount(step, match[1] ?? '')
  if (mount === undefined) return undefined
  const name = `--mount=type=${mount.type},target=${mount.target}`
  if (mount.type !== 'bind') return { reason: `${name} is read-only`, advice: ['leave readonly out of it'] }
  return {
    reason: `${name} is read-only`,
    advice: [
      'add rw to the mount: what is written there is thrown away after the step',
      'or COPY the files, or let the program write elsewhere',
    ],
  }
}

/** The innermost read-only mount above a path; without a path the only one there is. */
function coveringMount(step: FailedStep, path: string): FailedStep['mounts'][number] | undefined {
  const closed = step.mounts.filter((mount) => mount.readonly)
  if (!path.startsWith('/')) return closed.length === 1 ? closed[0] : undefined
  return closed
    .filter(({ target }) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`))
    .sort((a, b) => b.target.length - a.target.length)[0]
}
