import type { PosixCalls } from './posix-calls.ts'

let bound: Promise<PosixCalls | undefined> | undefined

/**
 * The calls by way of koffi (an optional dependency with prebuilt binaries), or of the commands getfattr, setfattr, touch
 * and mknod when koffi is missing or SLIPWAY_NO_FFI is 1. The commands cost about 1 ms for each file that needs them, and
 * the returned calls keep a queue of their own.
 */
export async function openPosix(): Promise<PosixCalls> {
  if (process.env['SLIPWAY_NO_FFI'] !== '1') {
    bound ??= import('./posix-ffi.ts').then((module) => module.ffiCalls()).catch(() => undefined)
    const calls = await bound
    if (calls !== undefined) return calls
  }
  const { commandCalls } = await import('./posix-commands.ts')
  return commandCalls()
}
