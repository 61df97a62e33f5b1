import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { SlipwayError } from '../../core/index.ts'

/** mount(2) as a record. `directory` is where relative names in `options` start. */
export interface MountRequest {
  readonly source: string
  readonly target: string
  readonly type: 'overlay' | 'tmpfs' | 'cgroup2' | 'bind' | 'binfmt_misc'
  /** File system options, comma separated. */
  readonly options?: string
  readonly flags?: readonly ('nodev' | 'nosuid' | 'noexec' | 'ro')[]
  readonly directory?: string
}

/** Calls into the kernel that Node lacks, in the mount namespace of this process. Failures throw `cannot-isolate` with the system's reason. */
export interface Mounter {
  mount(request: MountRequest): void
  unmount(target: string): void
  /** Sets a directory's modification time exactly where the machine can, else to the microsecond. */
  setModified?(path: string, nanoseconds: bigint): void
  /** Makes named pipes that everybody may open. */
  makePipes(paths: readonly string[]): void
}

/**
 * System calls through koffi where it is installed, else the programs `mount` and `umount`: a pair takes 1 ms by call and
 * 8 to 13 ms by program.
 */
export async function loadMounter(): Promise<Mounter> {
  return (await systemCalls()) ?? { mount: spawnMount, unmount: spawnUnmount, makePipes: spawnPipes }
}

/** Whether system calls go through koffi here. Without it everything works, by programs and slower. */
export async function mountsByCall(): Promise<boolean> {
  return (await systemCalls()) !== undefined
}

const flagBits = { ro: 1, nosuid: 2, nodev: 4, noexec: 8 } as const
const bindFlag = 0x1000
const detachFlag = 2
const currentDirectory = -100

async function systemCalls(): Promise<Mounter | undefined> {
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load(null)
    const mount = libc.func(
      'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
    )
    const umount2 = libc.func('int umount2(const char *target, int flags)')
    const utimensat = libc.func('int utimensat(int dirfd, const char *path, const int64_t *times, int flags)')
    const mkfifo = libc.func('int mkfifo(const char *path, unsigned int mode)')
    const chmod = libc.func('int chmod(const char *path, unsigned int mode)')
    const check = (result: number, what: string): void => {
      if (result !== 0) throw mountFailure(what, errnoName(koffi.errno()))
    }
    return {
      mount: (request) =>
        inDirectory(request.directory, () => {
          const flags = (request.flags ?? []).reduce(
            (bits, flag) => bits | flagBits[flag],
            request.type === 'bind' ? bindFlag : 0,
          )
          const type = request.type === 'bind' ? null : request.type
          check(
            mount(request.source, request.target, type, flags, request.options ?? null),
            `mount ${request.type} on ${request.target}`,
          )
        }),
      unmount: (target) => {
        if (umount2(target, 0) !== 0) check(umount2(target, detachFlag), `unmount ${target}`)
      },
      makePipes: (paths) => {
        for (const path of paths) check(mkfifo(path, 0o666) || chmod(path, 0o666), `make the pipe ${path}`)
      },
      setModified: (path, nanoseconds) => {
        const seconds = nanoseconds / 1_000_000_000n
        const omit = 0x3ffffffen
        check(
          utimensat(currentDirectory, path, [0n, omit, seconds, nanoseconds - seconds * 1_000_000_000n], 0),
          `set the time of ${path}`,
        )
      },
    }
  } catch {
    return undefined
  }
}

function inDirectory(directory: string | undefined, action: () => void): void {
  if (directory === undefined) return action()
  const before = process.cwd()
  process.chdir(directory)
  try {
    action()
  } finally {
    process.chdir(before)
  }
}

function spawnMount({ source, target, type, options, flags, directory }: MountRequest): void {
  const list = [...(flags ?? []), ...(options === undefined ? [] : [options])].join(',')
  const what = type === 'bind' ? ['--bind'] : ['-t', type]
  run('mount', ['-n', ...what, ...(list === '' ? [] : ['-o', list]), source, target], directory)
}

function spawnUnmount(target: string): void {
  try {
    run('umount', ['-n', target])
  } catch {
    run('umount', ['-n', '-l', target])
  }
}

function spawnPipes(paths: readonly string[]): void {
  run('mkfifo', ['-m', '666', ...paths])
}

function run(program: string, args: readonly string[], directory?: string): void {
  const result = spawnSync(program, args, { encoding: 'utf8', ...(directory === undefined ? {} : { cwd: directory }) })
  if (result.error !== undefined) throw mountFailure(program, result.error.message)
  if (result.status !== 0) throw mountFailure(`${program} ${args.at(-1)}`, result.stderr.trim())
}

function mountFailure(what: string, reason: string): SlipwayError {
  return new SlipwayError('cannot-isolate', `cannot ${what}: ${reason}`, {
    hint: 'slipway doctor tells what this machine allows and what is missing',
  })
}

function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `error ${errno}`
}
